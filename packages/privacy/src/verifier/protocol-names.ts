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
    '141': 'relatedAddress',
    '143': 'usernameFragment',
    '163': 'fingerprint',
    '165': 'base64Certificate',
  }),
);

export function eventName(method: string): string {
  // `hasOwn`, because a client may name its event `constructor`.
  return Object.hasOwn(EVENTS, method) ? EVENTS[method]! : method;
}

/** The property of getStats for a name on the wire, which usually is a code. */
export function propertyName(name: string): string {
  // Called for every name of every report; all codes in the table begin with a 1.
  return name.length <= 3 && name.charCodeAt(0) === 49 ? (PROPERTIES.get(name) ?? name) : name;
}

/** Events of browsers: calls and events of their APIs, in the names of all protocol versions. */
const OF_BROWSERS =
  /^(?:g|\d{1,3}|getStats|create|close|constraints|identity|publicIP|websocket|restartIce|stop|navigator\.[\w.]{1,64}|MediaStreamTrack\.\w{1,32}|HTMLMediaElement\.\w{1,32}|(?:add|remove|replace)(?:Track|Stream|Transceiver|IceCandidate)\w{0,16}|(?:create|set)(?:Offer|Answer|LocalDescription|RemoteDescription|Configuration|CodecPreferences|Parameters|HeaderExtensionsToNegotiate|DataChannel|DTMFSender)\w{0,16}|get(?:User|Display)Media\w{0,16}|enumerateDevices|transceiver(?:Added|Modified|Removed)|(?:on)?(?:(?:ice)?connectionstatechange|icegatheringstatechange|signalingstatechange|icecandidate(?:error)?|negotiationneeded|datachannel|devicechange|track|(?:add|remove)(?:stream|track)))$/;

/** Whether events of this name are an application's. Only those can be kept unchanged by a policy. */
export function isOfApplication(event: string): boolean {
  return !OF_BROWSERS.test(event);
}
