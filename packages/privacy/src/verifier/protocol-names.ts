/**
 * The few numbers of the protocol (rtcstats 5.0) whose meaning the verifier needs, written down here once more so that
 * a mistake in the anonymizer's table cannot hide what it misses.
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

/** Text-valued properties of getStats by number. */
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
  // A client may call its event `constructor`.
  return Object.hasOwn(EVENTS, method) ? EVENTS[method]! : method;
}

/** The property of getStats that a name stands for: most are numbers. */
export function propertyName(name: string): string {
  // Asked for every name of every report; those of the table are the numbers that begin with a 1.
  return name.length <= 3 && name.charCodeAt(0) === 49 ? (PROPERTIES.get(name) ?? name) : name;
}
