/**
 * Words of the specifications of the W3C and the WHATWG, taken from their Web IDL: the values of enumerations, the
 * names of events, and the names in statistics. First names among them (`mark`) are left out.
 */

/**
 * Values, properties and events of WebRTC 1.0 and its statistics (webrtc, webrtc-stats, webrtc-encoded-transform).
 */
export const RTC_WORDS = `
  acceleration active add address addtrack alert algorithm all amount answer assembled assembly audio available
  balanced bandwidth bandwidthlimitation binary bitrate buffer buffered bufferedamountlow bundle bytes can candidate
  candidates cause certificate certificates change changes channel channels checking cipher client clock close closed
  closing cname code codec codecs compat complete completed component concealed concealment configuration connected
  connecting connection connectionstatechange consent contributing controlled controlling count cpu create credential
  current data dataavailable datachannel deceleration decode decoded decoder degradation delay dependencies
  description detail devicechange direction discarded disconnected down dropped dtls dtmf duration durations each
  emitted encode encoded encoder encodings encrypted ended energy error estimated event events expires extensions
  failed failure fec fingerprint fingerprints fir fmtp for foundation fragment frame framerate frames freeze freezes
  from frozen gathering gatheringstatechange get hardware have header height high host http huge ice icecandidate
  icecandidateerror iceconnectionstatechange icegatheringstatechange identifier implementation inactive inbound
  incoming index insert inserted inter jitter json key keystatuseschange kind label last level life limitation line
  listener local lost low maintain media medium message metadata mid mime minimum mode multiple mute mux nack
  negotiated negotiationneeded network new nolimitation nominated none not number offer open ordered other outbound
  outgoing packet packets pair parameters passive pause pauses payload peer pending per playout pli policy pool port
  pranswer preference preferences prflx priority processing progress protocol quality qualitylimitation rate ready
  reason receive received receiver receivers recvonly reduced related relay remote remove removed removetrack rendered
  replace request requests require resolution responses restart resume retransmits retransmitted rid role rollback
  round rtcp rtp rtx samples scalability scale sctp sdp second selected selectedcandidatepairchange send sender
  senders sendonly sendrecv sent sequence server servers set signaling signalingstatechange silent size source
  sourceclose sourceended sourceopen sources spatial squared srflx srtp ssrc stable start state statechange stats
  status stop stopped streams succeeded sum synchronization syntax target tcp temporal text threshold time timestamp
  tls tonechange total track transaction transceiver transceivers transform transport transportcc trickle trip type
  udp unknown unmute uri url urls username value version very video waiting width
`;

/**
 * Values in Media Capture and Streams, Screen Capture, Media Session, WebCodecs, Web Speech and MediaRecorder, and
 * the names of the exceptions of `getUserMedia` without `Error`.
 */
export const MEDIA_WORDS = `
  aac aborted acknowledged adts allowed always annexb application argument audioinput audiooutput avc battery bgra
  bgrx browser busy canceled captions capture chapters charging config configured context controllable controller crop
  detect direct disabled downscaled environment evicted exact expired f32 facing file future hangup hidden i420 i422
  i444 immediate individualization interactive internal interrupted invalid invalidaccess invalidstate language left
  license live long missing monitor never nexttrack notallowed notfound notreadable notsupported nv12 ogg optional
  opus output overconstrained paused persistent phrases planar platform play playback playing previoustrack quantizer
  realtime record recording release released renewal required reset resource restricted rgba rgbx right running s16
  s32 seekbackward seekforward seekto sensor service showing skipad speech stylus subtitles supported suspended
  synthesis temporary togglecamera togglemicrophone too unavailable unconfigured usable user variable videoinput
  virtual voice webrtc window
`;

/**
 * Values in HTML, DOM, Fetch, Service Workers, Permissions, Screen Orientation, Notifications and Performance
 * Timeline.
 */
export const PAGE_WORDS = `
  access activated activating after afterbegin afterend alternate any arraybuffer attachment attributes audioworklet
  auth auto back background backward basic beforebegin beforeend bitmaprenderer blob blocking border box byob cache
  cached camera center character child clamped classic conditional content cors cross default denied device directory
  discard discouraged discrete document downgrade embed end enforce exclusive explicit exponential follow font force
  forward geolocation gpu grammar granted hide highlight hlg html hung iframe image imports include inline input
  installed installing interface inverse keep keyboard landscape latency linear list loading lock logged login logout
  ltr manifest manual maybe meta microphone midi module mouse native natural navigate normal notifications object omit
  only opaque opaqueredirect origin out p256dh paintworklet parsed performance pixel pixelated portrait power prefer
  preferred premultiply presentation preserve primary probably prompt public push rec2020 redundant referrer reload
  report response reverse rtl same screen script secondary secure seek segments select session shared sharedworker
  show smpte software speakers spelling srgb st2086 st2094 storage store stream strict style svg throughput title
  transition transparent traverse truncate unsafe unspecified vendor visible wake web webgl webgl2 webgpu when worker
  write xhtml xml xslt
`;

/** Names of events of HTML, UI Events, Pointer Events and XMLHttpRequest. */
export const PAGE_EVENTS = `
  abort addsourcebuffer afterprint animationcancel animationend animationiteration animationstart audioprocess
  auxclick beforeinput beforematch beforeprint beforetoggle beforeunload blocked blur boundary cancel canplay
  canplaythrough click command compositionend compositionstart compositionupdate connect contextlost contextmenu
  contextrestored controllerchange copy cuechange currententrychange cut dblclick dequeue devicemotion
  deviceorientation deviceorientationabsolute disconnect dispose drag dragend dragenter dragleave dragover dragstart
  drop durationchange emptied enter enterpictureinpicture exit finish focus focusin focusout formdata fullscreenchange
  fullscreenerror gamepadconnected gamepaddisconnected gotpointercapture hashchange keydown keypress keyup
  languagechange leavepictureinpicture load loadeddata loadedmetadata loadend loadingdone loadingerror loadstart
  lostpointercapture messageerror midimessage mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup
  navigateerror navigatesuccess offline online orientationchange pagehide pagereveal pageshow pageswap paste
  payerdetailchange paymentmethodchange pointercancel pointerdown pointerenter pointerleave pointerlockchange
  pointerlockerror pointermove pointerout pointerover pointerrawupdate pointerup popstate prioritychange
  processorerror ratechange readystatechange rejectionhandled removesourcebuffer resize resourcetimingbufferfull
  scroll scrollend securitypolicyviolation seeked seeking selectionchange selectstart shippingaddresschange
  shippingoptionchange slotchange stalled submit success suspend timeout timeupdate toggle touchcancel touchend
  touchmove touchstart transitioncancel transitionend transitionrun transitionstart uncapturederror unhandledrejection
  unload update updateend updatefound updatestart upgradeneeded versionchange visibilitychange voiceschanged
  volumechange waitingforkey webkitanimationend webkitanimationiteration webkitanimationstart webkittransitionend
  wheel
`;
