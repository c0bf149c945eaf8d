/** Words of sentences and descriptions. */

/** Function words of English (the Snowball list of stop words), numerals and weekdays. */
export const FUNCTION_WORDS = `
  about above against and are because been before below best better between but could day did does during ever few
  first friday further had has having hour how into its just late least less minute monday month more most much nor
  now okay old once one over own saturday should some still sunday ten than that then there these this those three
  through thursday today tuesday two unable under understood until via was wednesday week were where while why with
  within without worse worst year yes yet zero
`;

/**
 * Qualities, and general things that are technical, of Basic English (C. K. Ogden, 1930), without those that are
 * names.
 */
export const QUALITIES = `
  able account act addition adjustment attention balance base beginning behavior belief bit bright building business
  certain clean clear common comparison complex cover damage danger decision deep degree dependent design different
  discovery discussion distance distribution division doubt dry electric equal example existence expansion expert fact
  fall female fixed flat form free frequent give growth guide hard help history important increase insecure instrument
  interest invention jump knowledge learning let living look loose loud make male market mass material measure mind
  mixed move narrow necessary need note observation opinion opposite organization part past physical place point
  position possible present private probable profit property protest purpose put question quick quiet reading real
  regret regular relation respect responsible reward rhythm roll rough rule run safe say science secret secretary seem
  selection self sense separate sharp shock short shut side sign single slip slow small smell smooth soft solid sound
  special stage statement step straight strange strong structure substance successful sudden suggestion support
  surprise take theory thick thin thing thought tight touch trade trick trouble twist unit view visit volume walk war
  wash waste way weight wet wide work
`;

/** States of `RTCPeerConnection` and ratings of quality in German, French and Spanish. */
export const TRANSLATIONS = `
  abierto actif activo aktiv ausgezeichnet bereit bon bueno cerrado conectado conectando connecte connexion deconnecte
  desconectado echec erreur fallido fehler fehlgeschlagen ferme geschlossen getrennt gut inactif inactivo inaktiv
  listo malo mauvais medio mittel moyen muet neu nouveau nuevo offen ouvert pret schlecht silenciado stumm verbindend
  verbindet verbunden
`;
