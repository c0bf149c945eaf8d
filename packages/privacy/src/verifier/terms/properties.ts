/**
 * Words in names of properties, which are no names of persons themselves: `{participants: {count: 2}}`.
 */

/** Names in the interfaces of Web IDL that describe media, devices, performance and pages. */
export const WEB_PROPERTIES = `
  activation advanced album allocation alt altitude ancestor angle append apply area artist artwork aspect assign atob
  autoplay avail azimuth badge band beacon bitmap body btoa cancelable cancellation capabilities char clipboard clone
  coalesced coded colno color computed concurrency config cookie corrupted creation crypto ctrl cue cues decrypt
  delete depth derive digest display distinctive dom domain efficient element elements encrypt encryption entries
  entry enumerate err exact expiration export extractable facing fast fetch filename gamepads generate gpu hash hdcp
  hint hop hostname href ideal import indexed inner interaction isolated keyboard lineno loaded locationbar login
  lookup marks match matches max menubar meta microtask min modifier mouse movement muted navigation navigator nothing
  numpad observe offset opener optimize orientation outer parent pathname pdf persist persisted personalbar pitch
  plane platform played pointer post poster predicted preload presentation presented pressure print product query
  queue random ratio rect repeat response restoration robustness sample scrollbars secure seekable settings shift src
  statusbar statuses sub subtle surface tangential tilt timing timings title torch unadjusted unlock unwrap usage
  usages uuid vendor verify vibrate viewport visual webdriver which white wrap
`;

/**
 * JSON Web Tokens (RFC 7519) and OpenID Connect, schema.org `Thing`, HTTP header fields, OpenTelemetry, parameters of
 * functions.
 */
export const RECORD_PROPERTIES = `
  acr addresses age alg alias architecture arg args attr attribute attrs aud avg azp begin bps bucket byid byname
  candidatepair caption cdn checksum children claims class clienttype collection colour column comment connectiontype
  consumercount contact continent core counter country ctx currency curve datacenter dataset date diff dimension
  dimensions dpr effectivetype email env errno exp experiment expiry explanation extra extras field flag fps gauge
  guid handle headline histogram iat iceserver ident ids idx isp iss jti keywords kid lang library locale locality log
  logger loglevel loudness mail manufacturer map model msg nbf networktype nickname obj option outcome package param
  password path percent percentage phase price producercount prop ram rank rating ref retries review revision root row
  rtt scope scopes sdkname seq series severity shard sid signature signaturealgorithm since slug span stamp stat
  statistics str subject summary tag tags temperature timezone topic trigger ttl turnserver typ uid useragent verdict
  zoneinfo
`;

/** The same in German, French and Spanish. */
export const TRANSLATED_PROPERTIES = `
  angaben anzahl art bemerkung beschreibung bezeichnung comentario contenido contenu daten datos dauer donnees estado
  etat groesse grund identifiant identificador idioma inhalt kennung kommentar langue liste mensaje modus motivo
  nachricht namen nom nombre numero nummer raison sprache statut texte titel titre titulo zustand
`;
