/**
 * The codes of the protocol (rtcstats 5.0) that the verifier needs. Deliberately not imported from the dump package, so
 * that a mistake in the anonymizer's table cannot hide itself.
 */
const EVENTS: Readonly<Record<string, string>> = {
  '1': 'getStats',
  g: 'getStats',
  '20': 'onicecandidate',
  '21': 'onicecandidateerror',
  '22': 'ontrack',
  '28': 'ondatachannel',
  '30': 'addTrack',
  '32': 'addTransceiver',
  '35': 'createDataChannel',
  '38': 'setConfiguration',
  '39': 'create',
  '40': 'constraints',
  '51': 'replaceTrack',
  '60': 'navigator.mediaDevices.getUserMedia',
  '61': 'navigator.mediaDevices.getUserMediaOnSuccess',
  '63': 'navigator.mediaDevices.getDisplayMedia',
  '64': 'navigator.mediaDevices.getDisplayMediaOnSuccess',
  '66': 'navigator.mediaDevices.enumerateDevices',
  '71': 'MediaStreamTrack.applyConstraints',
};

/** Code -> name of properties of getStats with text values. */
const PROPERTIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '17': 'trackIdentifier',
    '115': 'label',
    '116': 'protocol',
    '122': 'iceLocalUsernameFragment',
    '134': 'address',
    '138': 'url',
    '140': 'foundation',
    '141': 'relatedAddress',
    '143': 'usernameFragment',
    '163': 'fingerprint',
    '165': 'base64Certificate',
  }),
);

/** Further events of the protocol and of clients (W3C webrtc, Media Capture and Streams); `EVENTS` has the others. */
const NAMES: ReadonlySet<string> = new Set([
  ...Object.values(EVENTS),
  ...['createOffer', 'createAnswer', 'setLocalDescription', 'setRemoteDescription', 'addIceCandidate'].flatMap(
    (name) => [name, `${name}OnSuccess`, `${name}OnFailure`],
  ),
  ...['onsignalingstatechange', 'oniceconnectionstatechange', 'onconnectionstatechange', 'onicegatheringstatechange'],
  ...['onnegotiationneeded', 'onaddstream', 'onremovestream', 'addStream', 'removeStream'],
  ...['addTrackOnSuccess', 'addTransceiverOnSuccess', 'removeTrack', 'close', 'restartIce', 'stop'],
  ...['setCodecPreferences', 'setHeaderExtensionsToNegotiate', 'setParameters', 'getStatsOnSuccess'],
  ...[
    'getUserMedia',
    'getDisplayMedia',
    'navigator.mediaDevices.getUserMedia',
    'navigator.mediaDevices.getDisplayMedia',
    'navigator.getUserMedia',
    'navigator.mediaDevices.enumerateDevices',
    'setConfiguration',
  ].flatMap((name) => [name, `${name}OnSuccess`, `${name}OnFailure`]),
  // Drafts of WebRTC 1.0, and Chromium's own names in the dumps of chrome://webrtc-internals.
  ...['onremovetrack', 'createDTMFSender', 'ondevicechange', 'transceiverAdded', 'transceiverModified'],
  ...['transceiverRemoved', 'iceconnectionstatechange', 'datachannel', 'icegatheringstatechange', 'negotiationneeded'],
  ...['signalingstatechange', 'connectionstatechange', 'icecandidate', 'icecandidateerror', 'stop'],
  ...['enumerateDevices', 'navigator.mediaDevices.ondevicechange', 'HTMLMediaElement.resize', 'publicIP', 'identity'],
  ...['stop', 'enabled', 'onended', 'onmute', 'onunmute'].map((name) => `MediaStreamTrack.${name}`),
  ...['websocket', 'metadata'],
]);

/** Whether an event is the application's own. Unknown numbers are of a later version of the protocol. */
export function isApplicationEvent(name: string): boolean {
  return !NAMES.has(name) && !/^-?\d/.test(name);
}

export function eventName(method: string): string {
  // `hasOwn`, because a client may name its event `constructor`.
  return Object.hasOwn(EVENTS, method) ? EVENTS[method]! : method;
}

/** The property of getStats for a name on the wire, which usually is a code. */
export function propertyName(name: string): string {
  // Called for every name of every report; all codes in the table begin with a 1.
  return name.length <= 3 && name.charCodeAt(0) === 49 ? (PROPERTIES.get(name) ?? name) : name;
}
