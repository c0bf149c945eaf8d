import { statsPropertyName } from '@rtcstats-server/dump';
import { isApplicationEvent } from '../events/event-names.ts';
import type { PathPart } from '../json/visitor.ts';
import { nameFacts } from './name-facts.ts';
import { keyKind, looksLikeKey } from './secret-keys.ts';
import { isSettingKey } from './setting-keys.ts';
import { type ApplicationValue, applicationRole } from './vocabulary/application-role.ts';

/**
 * The meaning of a string as known from its place in an event: the structured knowledge about events. `text`: unknown,
 * can be anything. The scanner reports roles by their index in this list.
 */
export const ROLES = [
  'text',
  'key',
  'version',
  'address',
  'candidate',
  'sdp',
  'url',
  'deviceLabel',
  'deviceKind',
  'channelLabel',
  'deviceId',
  'groupId',
  'secret',
  'turnUser',
  'person',
  'conference',
  'session',
  'phone',
  'userAgent',
  'path',
  'macAddress',
  'clientHint',
  /** Probably the name or id of a person, by the structure around it. */
  'name',
  /** Where somebody is. */
  'place',
  'machineName',
  'networkName',
  'maybeKey',
  'bareKey',
  'foundation',
  'fingerprint',
  'certificate',
  'software',
  'protocolName',
  'setting',
  'namedSetting',
] as const;
/** One of `ROLES`. */
export type Role = (typeof ROLES)[number];

/** Property name -> role, in any event. */
export const KEY_ROLES: Readonly<Record<string, Role>> = {
  address: 'address',
  relatedAddress: 'address',
  ip: 'address',
  ipAddress: 'address',
  remoteAddress: 'address',
  remoteAddresses: 'address',
  localAddress: 'address',
  hostCandidate: 'address',
  candidate: 'candidate',
  sdp: 'sdp',
  url: 'url',
  urls: 'url',
  deviceId: 'deviceId',
  device_id: 'deviceId',
  sinkId: 'deviceId',
  sourceId: 'deviceId',
  chromeMediaSourceId: 'deviceId',
  groupId: 'groupId',
  group_id: 'groupId',
  userAgent: 'userAgent',
  base64Certificate: 'certificate',
};

const SECRET_KEY =
  /pass[_-]?(?:word|wort|wd|phrase|code)|^pass$|pwd$|kennwort|contrase[ñn]a|^mot[_-]?de[_-]?passe$|^senha$|wachtwoord|^пароль$|^密[码碼]$|パスワード|^[cx]srf|sess(?:ion)?[_-]?key$|^pin(?:code)?$|^otp$|secret|(?:^|[_-]|[a-z](?=T))token$|api[_-]?key|private[_-]?key|access[_-]?key|authorization|^auth$|^bearer$|cookie|credentials?$|^jwt$|^sig(?:nature)?$|^ice-?pwd$/i;
/** Parameters of Digest (RFC 7616), and short names. */
const OTHER_SECRET_KEY = /^(?:(?:c|next)?nonce|rspauth|ha[12]|digest[_-]?response|pw|psw|psk|mikey)$/i;
/** High-entropy client hints (W3C UA-CH) other than versions. */
const CLIENT_HINTS = new Set(['model', 'architecture', 'bitness']);

/**
 * Events whose value is a track, `[kind, id, label, …stream ids]`, or a list whose elements are or begin with tracks.
 */
const TRACK_EVENTS = new Set([
  'addTrack',
  'ontrack',
  'replaceTrack',
  'removeTrack',
  'addTransceiver',
  'navigator.mediaDevices.getUserMediaOnSuccess',
  'navigator.mediaDevices.getDisplayMediaOnSuccess',
]);
/** The names that older clients use for the last two. */
const CAPTURE = /^get(?:User|Display)MediaOnSuccess$/;
const CHANNEL_EVENTS = new Set(['createDataChannel', 'ondatachannel']);
const ARGUMENTS = /^(?:arguments|args)$/;

/**
 * The role of the string at `path` in an event.
 *
 * @param method name of the event's method; '' for JSON that is not an event, such as the metadata
 * @param path from the root of the event; property names and list indexes
 *
 * @param value the value itself, which decides in events of applications: `from` may be a person or a state
 */
export function roleAt(method: string, path: readonly PathPart[], value: ApplicationValue = NO_VALUE): Role {
  const isOfApplication = isApplicationEvent(method);
  const key = isOfApplication ? path.findLast((part) => typeof part === 'string') : lastKey(path);
  if (key === undefined) return isOfApplication ? applicationRole(method, path, value) : roleInList(method, path);
  if (method === 'getStats') return roleOfKey(statsPropertyName(key), method, path);
  if (!isOfApplication) return roleOfKey(key, method, path);
  const role = roleOfKey(key, method, path);
  if (role === 'address') return POSTAL.test(value.text) ? 'place' : role;
  return UNDECIDED.has(role) ? inContext(key, role, applicationRole(method, path, value), value.text) : role;
}

/** Roles by the name of the property alone, which may turn out to be something else by the context or the value. */
const UNDECIDED: ReadonlySet<Role> = new Set([
  ...(['text', 'deviceLabel', 'person', 'conference', 'session', 'bareKey', 'maybeKey'] as const),
]);

/** The role by the vocabulary of applications: the `label` of a layer is technical, and `call: "ended"` is a state. */
function inContext(key: string, byKey: Role, byVocabulary: Role, text: string): Role {
  if (key === 'label' && byVocabulary === 'name') return 'deviceLabel';
  if (byKey === 'bareKey' || byKey === 'maybeKey')
    return byVocabulary === 'text' || looksLikeKey(text, byKey === 'bareKey') ? byKey : byVocabulary;
  if (byKey === 'text' || key === 'label' || (byVocabulary === 'text' && byKey !== 'deviceLabel')) return byVocabulary;
  return byKey;
}

const NO_VALUE: ApplicationValue = { text: '', isNumber: false };
/** A street or a city: letters, and a space or comma. */
const POSTAL = /^(?=.*\p{L}{2})(?![^\s]*:\/\/)[^:]*[\s,]/u;

function roleOfKey(key: string, method: string, path: readonly PathPart[]): Role {
  // The label comes first in the arguments of createDataChannel.
  if (CHANNEL_EVENTS.has(method) && ARGUMENTS.test(key))
    return (path.at(-1) ?? 0) === 0 || path.at(-1) === key ? 'channelLabel' : 'text';
  const known = Object.hasOwn(KEY_ROLES, key) ? KEY_ROLES[key] : undefined;
  if (known !== undefined) return method === '' && key === 'url' && path.length === 1 ? 'path' : known;
  if (key === 'label') return method === 'getStats' || CHANNEL_EVENTS.has(method) ? 'channelLabel' : 'deviceLabel';
  const facts = nameFacts(key);
  if (facts.isDeviceId) return 'deviceId';
  if (key === 'kind') return 'deviceKind';
  if (isProtocolName(key, method, path)) return 'protocolName';
  if (key === 'username') return isIceServer(path) ? 'turnUser' : 'person';
  if (isSecretName(key) || isWithinSecret(method, path)) return 'secret';
  if (method !== 'getStats' && facts.key !== undefined) return facts.key;
  if (facts.technical !== undefined) return facts.technical;
  if (method !== 'getStats' && facts.machine !== undefined) return facts.machine;
  if (facts.isFoundation) return 'foundation';
  if (CLIENT_HINTS.has(key) && path.includes('userAgentData')) return 'clientHint';
  if (facts.personal !== undefined && (method === 'identity' || isApplicationEvent(method))) return facts.personal;
  if (method === '' && facts.inMetadata !== undefined) return facts.inMetadata;
  // `{deviceId: {exact: [...]}}`: the name of the constraint decides (Media Capture and Streams, section 11.2).
  if (CONSTRAINT_KEYS.has(key)) return roleOfConstraint(path);
  // `identity` tells who a person is, under any name; but applications send their settings in it, too.
  if (method !== 'identity') return 'text';
  return isSettingKey(key) ? 'namedSetting' : 'setting';
}

/** URIs that name an RTP header extension (RFC 8285) or the subprotocol of a data channel (RFC 8832). */
function isProtocolName(key: string, method: string, path: readonly PathPart[]): boolean {
  if (key === 'protocol') return method === 'getStats' || CHANNEL_EVENTS.has(method);
  return key === 'uri' && (path.includes('headerExtensions') || path.includes('headerExtensionsToNegotiate'));
}

/** Cached, because names repeat; bounded, because a client chooses them. */
function isSecretName(name: string): boolean {
  let isSecret = SECRET_NAMES.get(name);
  if (isSecret === undefined) {
    // A whole header or query as a key has its value in itself; what is below it is not part of the secret.
    isSecret =
      !HOLDS_VALUE.test(name) && (SECRET_KEY.test(name) || OTHER_SECRET_KEY.test(name) || keyKind(name) === 'secret');
    if (SECRET_NAMES.size >= MAX_CACHED_NAMES) SECRET_NAMES.clear();
    SECRET_NAMES.set(name, isSecret);
  }
  return isSecret;
}

const HOLDS_VALUE = /^[\w-]{1,64}: [^\r\n=]{0,256}=/;
const SECRET_NAMES = new Map<string, boolean>();
const MAX_CACHED_NAMES = 1024;

/** `{token: {value: …}}`: everything inside a secret is secret. */
function isWithinSecret(method: string, path: readonly PathPart[]): boolean {
  if (method === 'getStats') return false;
  for (let i = path.length - 2; i >= 0; i--) {
    const part = path[i];
    if (typeof part === 'string' && isSecretName(part)) return true;
  }
  return false;
}

const CONSTRAINT_KEYS = new Set(['exact', 'ideal']);

function roleOfConstraint(path: readonly PathPart[]): Role {
  if (path.includes('deviceId')) return 'deviceId';
  return path.includes('groupId') ? 'groupId' : 'text';
}

function roleInList(method: string, path: readonly PathPart[]): Role {
  if (method === 'identity') return 'setting';
  if (path[0] !== 2) return 'text';
  if (method === 'publicIP') return 'address';
  const index = path.at(-1);
  if ((TRACK_EVENTS.has(method) || CAPTURE.test(method)) && path.length >= 2) {
    return index === 0 ? 'deviceKind' : index === 2 ? 'deviceLabel' : 'text';
  }
  return CHANNEL_EVENTS.has(method) && path.length === 2 ? 'channelLabel' : 'text';
}

function isIceServer(path: readonly PathPart[]): boolean {
  return path.includes('iceServers');
}

/** The elements of a list have the role of the list, and so have those of lists in it. */
function lastKey(path: readonly PathPart[]): string | undefined {
  return path.findLast((part) => typeof part === 'string');
}
