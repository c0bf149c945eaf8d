import { wordList } from './word-list.ts';

/** Words of which technical values consist: states, reasons, codecs, browsers, regions. Lower case, singular. */
export const TECHNICAL_WORDS: ReadonlySet<string> = wordList(`
  a an and are as at be been by can cannot could did do does during for from had has have if in into is it its no not of off
  on or out over per than that the then there this to too under until up via was were when while with without yes ok okay
  abort aborted accept accepted access acquire acquired action activate activated active adapt adaptation adaptive add added
  after allocation allow allowed already always answer answered any api app application applied apply argument array
  async attach attached attempt attempting audible audio auto automatic available average aw awaiting away
  back backend background bad balanced bandwidth base baseline basic battery before begin best better between
  bit bitrate blob blocked blur blurred bluetooth boolean both bottom bridge broadcast browser buffer buffered buffering build
  bundle busy button byte cache call called caller camera cancel canceled cancelled candidate capability capture
  captured capturing cascade cellular change changed changing channel chat check checking checked choose chrome chromium
  classic clear click clicked client close closed closing cloud cluster code codec collect collecting command common
  complete completed completion component config configuration configured congested congestion connect connected connecting
  connection connectivity console constrained constraint consume consumer container content context continuous control
  controlled controlling controller cpu create created creating credential critical crop current custom dark dash data
  datachannel debug decline declined decode decoded decoder decoding default degraded delay delete deleted delivered
  deny denied deprecated desktop destroy destroyed detach detached detail detailed detect detected device diagnostic dial
  dialing dialling direct direction disabled disable disallowed disconnect disconnected disconnecting discard display
  dominant done down downlink download downstream drop dropped duplex dtx duration dynamic
  eager echo edge edited effect egress electron element empty enable enabled encode encoded encoder encoding encrypted end
  ended ending endpoint engine enter entered environment error established ethernet event exact excellent exceeded
  exception exhausted existing exit expected experimental expire expired external
  facing fail failed failing failure fair fallback false fast fatal feature feedback female fiber file filter final finished
  first fixed flag flow focus focused forbidden force forced foreground format found frame framerate free freeze frozen
  front full fullscreen function gallery gateway gather gathering general get global good gpu granted great grid group
  guest half handler handled handset handshake handsfree hangup hardware headset health healthy heartbeat hd hevc
  hidden high highest hold home horizontal host hours http https hung hybrid ice idle ignore ignored illegal image
  immediate impaired inactive inbound incoming incompatible indoor info information ingress init initial initialized
  initializing inline input insecure insertable install instance insufficient integer interactive interface internal
  interrupted interval invalid invite invited inviting ipad iphone item java javascript jitter join joined joining keep
  key keyboard keyframe kick kicked landscape last late latency launch layer layout leave leaving left legacy length
  level light limit limited limitation link linux list live load loaded loading lobby local location lock locked log
  login logout loop lost loss lossy low lower lowest mac macos main male manual master maximum media medium member memory
  message meta metric microphone mic microsoft middle minimum minute missing mobile mode moderate moderator module monitor
  mono motion mouse moved muted mute native negotiate negotiated negotiating negotiation network never new next node
  noise none normal notallowed notfound notification null number object observer offer offered offline old once ongoing
  online only open opened opening operation optimal optional opus os other outbound outdoor outgoing output overload overconstrained
  overuse own packet page paired parameter parse partial participant passive pause paused payload peer peerconnection
  pending perfect performance permission phone ping pin pinned pip pipeline pixel platform play playback playing plugin policy poll
  poor pong port portrait positive possible presence presentation presenter presenting preset preview previous primary priority
  private probe probing process processed produce producer production profile progress promise prompt protocol provider
  proxy public publish published publisher publishing push quality queue queued quick quit rate raw react reached read
  ready real realtime rear reason reboot receive received receiver receiving recover recovered recoverable recording
  reconnect reconnected reconnecting record recorded recorder recvonly sendonly sendrecv recv reduce reduced refresh refused
  region register registered registration reject rejected relay relayed reload remote remove removed render renderer
  renegotiate replace replaced reply report request requested required reset resize resized resolution resolve resolved
  resource response restart restarted restarting restore restored result resume resumed retry retrying right ring ringing
  role room rotate route router running runtime sample scale schedule scheduled score screen screenshare script sd sdk search
  second secure security segment select selected self send sender sending sensor sent server service session set setting
  setup severe share shared sharing short show shutdown sidebar signal signaling signalling silence silent simulcast single
  size skipped sleep slow small socket software source spatial speaker speakerphone speaking speed spotlight stable stack
  staging stalled standard start started starting state static station stats status stereo stop stopped stopping stored
  storage stream streaming string strong stun sub subscribe subscribed subscriber subscription subscribing success
  successful succeeded suite support supported suspended svc switch switched switching sync syntax system tablet talk
  talking tab target task tcp temporal temporary terminate terminated test texture theme thread three throttled
  throughput tile time timeout timed timer title tls toggle toggled token top topology total touch track transceiver transfer
  transferred transmit transport trickle true try trying turn two type udp ultra unable unauthorized unavailable
  undefined understood unexpected unhold unknown unlocked unmute unmuted unnegotiated unpause unpinned unpublish unpublished
  unreachable unregistered unstable unsubscribe unsubscribed unsupported update updated upgrade uplink upload upstream uri url usb
  use used user valid value variable vendor verified vertical very video view viewer virtual visible visit voice voip volume
  waiting wake warm warn warning weak web webcam webrtc websocket wss ws wifi wired wireless window worker working worse
  worst write wrong xhr yes zoom lan wan vpn wlan lte nr umts gsm edge hspa cdma dsl dns
  av1 vp8 vp9 h263 h264 h265 hevc rtx red ulpfec flexfec pcmu pcma g711 g722 g729 isac ilbc silk speex aac cn telephone
  lyra libvpx libaom ffmpeg openh264 videotoolbox mediafoundation mediacodec nvenc vaapi dav1d libyuv
  rgba yuv nv12 i420 vga qvga svga xga hd fhd uhd qhd qqvga kf pli fir nack remb transportcc twcc gcc bwe cc
  rtp rtcp sctp dtls srtp sdes sdp mid rid ssrc msid mux sfu mcu p2p mesh jvb colibri jingle xmpp sip quic
  webtransport mqtt grpc rest json xml html css wasm srflx prflx tcptype passive actpass holdconn ipv4 ipv6
  safari firefox edge opera brave samsung vivaldi webkit blink gecko v8 hermes node deno bun electron cordova capacitor
  flutter unity reactnative expo ionic android ios ipados macintosh windows linux ubuntu debian fedora chromeos cros
  tizen webos kaios x64 x86 arm arm64 amd64 aarch64 win32 macintel intel amd nvidia apple google mozilla qualcomm mediatek
  north south east west northeast southeast northwest southwest central eu us ap sa af me ca cn eastus westus
  eastus2 westus2 westeurope northeurope europe america asia africa oceania australia usa uk gb de fr es jp kr br sg
  ireland frankfurt london ohio oregon singapore tokyo mumbai stockholm dublin
  user host owner admin administrator organizer cohost attendee panelist audience speaker listener observer viewer
  monday tuesday wednesday thursday friday saturday sunday
  en fr es it pt nl ru zh ja ko ar tr pl sv no da fi cs el he hi hu id th uk vi
  anonymous unavailable restricted withheld unknown
  qualitylimitation bandwidthlimitation nolimitation
  verbunden getrennt aktiv inaktiv fehler gut schlecht mittel connecte deconnecte actif erreur conectado desconectado activo
`);

/** Technical words that are written with a capital first letter where a name could stand: browsers, systems, codecs. */
const PROPER: ReadonlySet<string> = wordList(`
  Chrome Chromium Safari Firefox Edge Opera Brave Vivaldi Samsung Electron Android Windows Linux Ubuntu Debian Fedora
  Opus Camera Microphone Speaker Headset Default Connected Disconnected Connecting Connection Failed Closed New Muted
  Unmuted Unknown None Yes No True False Error Timeout Good Bad Poor Excellent Fair Low Medium High Host Guest
  Admin Moderator Presenter Attendee Participant Viewer Speaker Mobile Desktop Tablet Web Wifi Ethernet Bluetooth Europe
  America Asia Africa Oceania Australia Frankfurt Ireland Singapore Tokyo Ohio Oregon Active Inactive Ready Idle
  Anonymous Unavailable Restricted Withheld Unknown Private Busy Online Offline Away Local Remote Audio Video Screen Normal Critical Warning Info Debug
`);

const MAX_LENGTH = 80;
const MAX_WORDS = 8;
/** `NotAllowedError`, `TypeError`: names of exceptions. */
const EXCEPTION = /^[A-Z][A-Za-z]{2,40}(?:Error|Exception)$/;
/** Numbers with units, resolutions, versions, dates, times: `1280x720`, `30fps`, `4.12.3`, `2026-01-02T03:04:05Z`. */
const NUMERIC =
  /^[+-]?\d{1,16}(?:[.,:/x×*-]\d{1,12}){0,6}[a-zA-Z%µ]{0,5}$|^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?$|^v\d{1,5}(?:\.\d{1,6}){0,4}$/;
/** BCP 47 language tags and time zones: `de-DE`, `zh-Hans-CN`, `Europe/Berlin`. */
const LOCALE =
  /^[a-z]{2}[-_](?:[A-Z][a-z]{3}[-_])?[A-Z]{2}$|^(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)\/[A-Za-z_+-]{2,32}\d{0,2}$/;
/** `audio/opus`, `video/VP8`, `application/json; charset=utf-8`. */
const MIME = /^(?:audio|video|application|text|image)\/[\w.+-]{1,64}(?:; ?[a-z]{1,16}=[\w-]{1,32})?$/;
const CAMEL = /([a-z\d])([A-Z])/g;
const CAPITALIZED = /^\p{Lu}\p{Ll}+$/u;

/**
 * Whether the text is a technical term instead of a name: a state, a codec, a version, an exception. Every word of it
 * has to be known. A single capitalized word is a name unless it is listed as technical.
 */
export function isTechnicalValue(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  if (text.length <= 1) return true;
  if (CAPITALIZED.test(text)) return PROPER.has(text);
  if (EXCEPTION.test(text) || NUMERIC.test(text) || LOCALE.test(text) || MIME.test(text)) return true;
  const words = text.replace(CAMEL, '$1 $2').split(/[^\p{L}\p{N}]+/u);
  if (words.length > MAX_WORDS + 2) return false;
  let known = 0;
  for (const word of words) {
    if (word === '') continue;
    if (CAPITALIZED.test(word) && !PROPER.has(word) && !TECHNICAL_WORDS.has(word.toLowerCase())) return false;
    if (!isTechnicalWord(word)) return false;
    known++;
  }
  return known > 0 && known <= MAX_WORDS;
}

/** Whether the word is part of technical terms: `connected`, `H264`, `720p`. */
export function isTechnicalWord(word: string): boolean {
  const lower = word.toLowerCase();
  if (TECHNICAL_WORDS.has(lower) || /^\d{1,12}[a-z]{0,4}$/.test(lower)) return true;
  if (/^[a-z]{1,12}\d{1,3}$/.test(lower)) {
    const base = lower.replace(/\d+$/, '');
    return base.length <= 2 || TECHNICAL_WORDS.has(base);
  }
  return lower.endsWith('s') && TECHNICAL_WORDS.has(lower.slice(0, -1));
}
