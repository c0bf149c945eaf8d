import { wordList } from './word-list.ts';

/**
 * Words that end a technical property name (`userState`, `participantCount`, `codecName`), and whose objects have
 * technical names and ids (`codec: {name: …}`).
 */
export const TECHNICAL_KEYS: ReadonlySet<string> = wordList(`
  state status reason type kind mode level quality score rating count number total size length width height ratio rate
  bitrate framerate fps bps resolution dimension duration timeout interval delay latency jitter rtt loss lost packet byte
  time timestamp ts date at start end started ended created updated begin since until age expiry expires expiration
  exp iat nbf ttl version build release revision codec codecs encoder decoder encoding format mime browser engine os
  platform system model vendor manufacturer architecture cpu gpu memory ram core thread region zone datacenter cluster
  node shard edge continent country timezone tz locale lang language currency unit
  track layer simulcast svc scalability temporal spatial profile resolution bandwidth transport protocol candidatepair ice
  dtls srtp sctp rtp rtcp sdp offer answer negotiation signaling ssrc mid rid msid payload port bit flag feature option
  setting config configuration constraint capability permission role scope right policy priority order index idx position
  offset row page limit min max avg average median sum percent percentage threshold volume gain loudness energy muted
  enabled disabled active inactive visible hidden selected connected online offline available ready supported allowed
  required success failed failure error exception warning code errno severity category event action command method
  operation request response result outcome verdict cause trigger step phase stage attempt retry retries
  sdkname library package module component plugin extension feature experiment variant environment env stack trace
  line column function file filename loglevel logger metric stat stats statistics report sample histogram bucket counter gauge
  theme color colour orientation layout view grid tile viewport pixel dpr touch network networktype effectivetype downlink
  connectiontype connectivity isp relay turnserver iceserver server backend sfu mcu bridge gateway proxy cdn worker
  router producercount consumercount facing direction algorithm hash checksum signaturealgorithm fingerprint cipher suite
  curve digest aud iss alg typ acr amr azp at auth_time
  application app product client_type clienttype ua useragent sdk api url uri origin domain tls ip
  battery charging level temperature pressure health
  text message msg body content comment note feedback description detail details summary question answer explanation
  bemerkung kommentar nachricht inhalt texte contenu mensaje comentario beschreibung
  zustand grund art modus anzahl dauer groesse sprache etat raison statut estado motivo idioma langue
`);

/** Words for containers that tell nothing about what they hold. */
export const CONTAINERS: ReadonlySet<string> = wordList(`
  data value item entry element record object obj args arg argument param parameter params payload body detail details
  info information attribute attr attrs field property prop props metadata meta context ctx list array map set collection
  all current selected active default new old previous next initial updated input output result response request state
  store cache snapshot update change diff extra custom common general main root content event message log resource
  byid byname string str text json raw
  daten angaben liste donnees datos
`);

/** Adjectives and the like in property names: `remoteUser`, `isMyName`. */
export const MODIFIERS: ReadonlySet<string> = wordList(`
  local remote my own our your other current active target new old previous next last first initial default selected
  preferred main primary secondary real full short long display public internal external original raw encoded formatted
  the a an to from by of in on for with as is has all any own self peer1 peer2 anonymous registered verified virtual
  physical logical global unique temp temporary permanent parent child root base joined left invited created started
  connected disconnected removed added kicked muted unmuted promoted requested accepted rejected waiting admitted
  sam endpoint endpoints to call with rated shared hosted recorded moderated presented organized organised scheduled booked
  signed reviewed edited modified owned managed initiated sent uploaded approved requested updated banned
  neuer alter aktueller nouveau nuevo actual
`);

/** Property names that are part of a name or an id, and mean something only together with what they belong to. */
export const ATTRIBUTES: ReadonlySet<string> = wordList(`
  name names id ids uid uuid guid sid label title caption nr no number key tag ref reference slug identifier ident
  identity email mail address nickname alias text displayname fullname username handle code token secret password
  namen kennung bezeichnung titel nummer nom titre nombre titulo identifiant identificador
`);
