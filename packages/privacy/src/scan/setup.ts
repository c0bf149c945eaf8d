import type { METHOD_CODES } from '@rtcstats-server/dump';
import type { PathPart } from '../json/visitor.ts';
import { type Role, roleAt } from '../model/roles.ts';
import { choice, type Expression, many, optional, sequence, text } from './expression.ts';
import { event, list, member, members, method, numbers, object, openString, scalar } from './json.ts';
import { number } from './words.ts';

/** Grammar of the events at the start of a session: the client, its configuration, devices, tracks and channels. */
export function setupEvents(): Expression[] {
  return [create(), constraints(), devices(), ...tracks(), transceiver(), ...channels(), sizes(), connection()];
}

type Method = keyof typeof METHOD_CODES;

/** `[39, scope, RTCConfiguration or client information, page?, delta]` */
function create(): Expression {
  const keys = (
    within: readonly PathPart[],
    names: readonly string[],
    value?: (role: Role) => Expression,
  ): Expression => members(names, (name) => roleAt('create', [2, ...within, name]), value);
  const oneOrMore = (role: Role): Expression => choice(scalar(role), list(scalar(role)));
  const iceServer = choice(
    keys(['iceServers', 0], ['urls', 'url'], oneOrMore),
    keys(['iceServers', 0], ['username', 'credential', 'credentialType']),
  );
  const brand = keys(['userAgentData', 'brands', 0], ['brand', 'version']);
  const userAgentData = choice(member('brands', list(object(brand))), keys(['userAgentData'], ['mobile', 'platform']));
  const settings = ['iceTransportPolicy', 'bundlePolicy', 'rtcpMuxPolicy', 'iceCandidatePoolSize', 'sdpSemantics'];
  const client = ['hardwareConcurrency', 'deviceMemory', 'cpuPerformance', 'reloadCount'];
  const value = choice(
    member('iceServers', list(object(iceServer))),
    member('userAgentData', object(userAgentData)),
    ...['screen', 'window'].map((name) => member(name, numbers(SIZES))),
    keys([], [...settings, ...client]),
  );
  return event(method('create'), object(value));
}

/** `[60, null, {audio: boolean or constraints, video: …}, id, delta]` (Media Capture and Streams, 11) */
function constraints(): Expression {
  const methods = [
    'navigator.mediaDevices.getUserMedia',
    'navigator.mediaDevices.getDisplayMedia',
  ] as const satisfies readonly Method[];
  const roleOf = (...path: string[]): Role => roleAt(methods[0], [2, 'video', ...path]);
  const bounds = ['exact', 'ideal', 'min', 'max'];
  const property = choice(
    ...CONSTRAINTS.map((names) => {
      const bounded = object(members(bounds, (bound) => roleOf(names[0], bound)));
      return members(names, roleOf, (role) => choice(scalar(role), bounded));
    }),
  );
  const wanted = choice(text('true'), text('false'), object(property));
  return event(choice(...methods.map(method)), object(choice(member('audio', wanted), member('video', wanted))));
}

/** The names of each list have the same role. */
const CONSTRAINTS = [
  [
    'aspectRatio',
    'autoGainControl',
    'channelCount',
    'displaySurface',
    'echoCancellation',
    'facingMode',
    'frameRate',
    'height',
    'noiseSuppression',
    'sampleRate',
    'width',
  ],
  ['deviceId'],
  ['groupId'],
] as const;

/** `[66, null, [{deviceId, kind, label, groupId}, …], delta]` */
function devices(): Expression {
  const name = 'navigator.mediaDevices.enumerateDevices' satisfies Method;
  const device = members(['deviceId', 'kind', 'label', 'groupId'], (key) => roleAt(name, [2, 0, key]), openString);
  return event(method(name), list(object(device)));
}

/** `[method, scope, track or tracks, id?, delta]` */
function tracks(): Expression[] {
  const single = ['addTrack', 'ontrack', 'removeTrack', 'replaceTrack'] as const satisfies readonly Method[];
  const several = [
    'navigator.mediaDevices.getUserMediaOnSuccess',
    'navigator.mediaDevices.getDisplayMediaOnSuccess',
  ] as const satisfies readonly Method[];
  return [
    event(choice(...single.map(method)), choice(text('null'), track(single[0], []))),
    event(choice(...several.map(method)), list(track(several[0], [0]))),
  ];
}

/**
 * `[kind, id, label, …stream ids]`. The kind is open although it is harmless, because the redactor has to remember it
 * for the label.
 */
function track(name: string, within: readonly PathPart[]): Expression {
  const [kind, id, label, stream] = [0, 1, 2, 3].map((index) => roleAt(name, [2, ...within, index])) as FourRoles;
  const next = (value: Expression): Expression => sequence(text(','), value);
  return sequence(
    text('['),
    openString(kind),
    next(scalar(id)),
    next(openString(label)),
    many(next(scalar(stream))),
    text(']'),
  );
}

type FourRoles = [Role, Role, Role, Role];

/** `[32, scope, [track or kind, RTCRtpTransceiverInit?], delta]` */
function transceiver(): Expression {
  const name = 'addTransceiver' satisfies Method;
  const roleOf = (...path: PathPart[]): Role => roleAt(name, [2, 1, ...path]);
  const encoding = members(
    ['rid', 'active', 'maxBitrate', 'maxFramerate', 'scaleResolutionDownBy', 'scalabilityMode'],
    (key) => roleOf('sendEncodings', 0, key),
  );
  const setting = choice(
    members(['direction'], roleOf),
    member('streams', list(scalar(roleOf('streams', 0)))),
    member('sendEncodings', list(object(encoding))),
  );
  const first = choice(openString(roleAt(name, [2, 0])), track(name, [0]));
  return event(method(name), sequence(text('['), first, optional(sequence(text(','), object(setting))), text(']')));
}

/** `[35, scope, [label, RTCDataChannelInit?], delta]`, `[28, scope, [id, label], delta]` */
function channels(): Expression[] {
  const created = 'createDataChannel' satisfies Method;
  const received = 'ondatachannel' satisfies Method;
  const settings = ['ordered', 'maxPacketLifeTime', 'maxRetransmits', 'negotiated', 'id', 'priority'];
  const setting = members(settings, (key) => roleAt(created, [2, 1, key]));
  const label = openString(roleAt(created, [2, 0]));
  const creation = sequence(text('['), label, optional(sequence(text(','), object(setting))), text(']'));
  const reception = sequence(text('['), number(), text(','), openString(roleAt(received, [2, 1])), text(']'));
  return [event(method(created), creation), event(method(received), reception)];
}

const SIZES = ['width', 'height', 'videoWidth', 'videoHeight', 'devicePixelRatio'];

/** `[80, scope, {width, height, videoWidth, videoHeight}, id, delta]` */
function sizes(): Expression {
  return event(method('HTMLMediaElement.resize'), numbers(SIZES));
}

/** `["websocket", null, {connectionTime}, delta]` */
function connection(): Expression {
  return event(method('websocket'), numbers(['connectionTime']));
}
