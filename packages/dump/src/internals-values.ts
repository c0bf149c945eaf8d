import { jsonOf } from './internals-places.ts';
import { isObject, type JsonObject } from './json-object.ts';

/** Names of earlier versions of Chromium, and of events that rtcstats calls differently. */
const METHODS: Readonly<Record<string, string>> = {
  addIceCandidateFailed: 'addIceCandidateOnFailure',
  connectionstatechange: 'onconnectionstatechange',
  datachannel: 'ondatachannel',
  icecandidate: 'onicecandidate',
  icecandidateerror: 'onicecandidateerror',
  iceConnectionStateChange: 'oniceconnectionstatechange',
  iceconnectionstatechange: 'oniceconnectionstatechange',
  iceGatheringStateChange: 'onicegatheringstatechange',
  icegatheringstatechange: 'onicegatheringstatechange',
  negotiationneeded: 'onnegotiationneeded',
  onIceCandidate: 'onicecandidate',
  onRenegotiationNeeded: 'onnegotiationneeded',
  signalingStateChange: 'onsignalingstatechange',
  signalingstatechange: 'onsignalingstatechange',
  stop: 'close',
};

/** The name that rtcstats has for the type of an update. */
export function methodOf(type: string): string {
  return Object.hasOwn(METHODS, type) ? METHODS[type]! : type;
}

/**
 * The value of an update as rtcstats sends it for the same method. Newer versions of Chromium write JSON, older ones
 * `type: offer, sdp: v=0…`.
 *
 * @param labels of tracks by their ids, which updates do not have
 */
export function updateValue(method: string, text: unknown, labels: ReadonlyMap<string, string>): unknown {
  if (typeof text !== 'string' || text === '') return null;
  const json = jsonOf(text);
  const value = json === undefined ? textValue(text) : json;
  switch (method) {
    case 'addTrack':
    case 'ontrack':
      return isObject(value) ? trackOf(value['kind'], value['id'], value['streams'], labels, value['label']) : value;
    case 'addTransceiver':
      return isObject(value) ? transceiverOf(value, labels) : value;
    case 'createDataChannel':
    case 'ondatachannel':
      return isObject(value) ? channelOf(method, value) : value;
    case 'onicecandidateerror':
      return isObject(value) ? renamed(value) : value;
    default:
      return value;
  }
}

/** Tracks are `[kind, id, label, ...streams]`. */
export function trackOf(
  kind: unknown,
  id: unknown,
  streams: unknown,
  labels: ReadonlyMap<string, string>,
  label?: unknown,
): unknown[] {
  return [kind, id, label ?? labels.get(String(id)) ?? '', ...(Array.isArray(streams) ? (streams as unknown[]) : [])];
}

function transceiverOf(
  { kind, track, encodings, ...init }: JsonObject,
  labels: ReadonlyMap<string, string>,
): unknown[] {
  const what = typeof track === 'string' ? trackOf(kind, track, undefined, labels) : kind;
  return [what, encodings === undefined ? init : { ...init, sendEncodings: encodings }];
}

/** The label and, where there are any, the options; of a channel that the remote peer made, its id and label. */
function channelOf(method: string, { label, ...options }: JsonObject): unknown[] {
  if (method === 'ondatachannel') return [options['id'] ?? null, label];
  return Object.keys(options).length === 0 ? [label] : [label, options];
}

/** `error_code` is `errorCode` in the API and in rtcstats. */
function renamed(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      inner,
    ]),
  );
}

const DESCRIPTION = /^type: (\w{1,16}), sdp: (v=.*)$/s;
const CANDIDATE = /^sdpMid: ([^,]{0,64}), sdpMLineIndex: (\d{1,6}|null), candidate: ([^,]*)/;
const STATE = /^(?:Signaling|Ice|ICE)(?:Connection|Gathering)?State([A-Z]\w{1,32})$/;

/** Text of earlier versions of Chromium. */
function textValue(text: string): unknown {
  const description = DESCRIPTION.exec(text);
  if (description) return { type: description[1], sdp: description[2] };
  const candidate = CANDIDATE.exec(text);
  if (candidate) {
    const index = candidate[2] === 'null' ? null : Number(candidate[2]);
    return { candidate: candidate[3], sdpMid: candidate[1], sdpMLineIndex: index };
  }
  const state = STATE.exec(text)?.[1];
  if (state === undefined) return text;
  return state.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
