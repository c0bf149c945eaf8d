/**
 * The role of a value in an event of an application, whose structure nobody has declared: from the name of its
 * property, and from what the property is in. A `name` below `participants` is the name of a person, below `codec` it
 * is technical.
 *
 *   key ---> keyMeaning ---> certain (userName, peerId, latitude) -------------------------> role
 *                |---------> a noun (user, mic, room): technical value? -- yes --> text, no --> role
 *                |---------> an attribute (name, id): nearest noun above, then the event's name
 *                `---------> unknown: a person's object above? --> name, unless the value is technical
 */

import type { PathPart } from '../../json/visitor.ts';
import { isFullName } from './full-names.ts';
import { type KeyMeaning, type Kind, keyMeaning } from './key-meaning.ts';
import { isTechnicalValue } from './technical-values.ts';

/** The roles that the vocabulary knows; see `Role`. */
export type ApplicationRole =
  | 'text'
  | 'name'
  | 'person'
  | 'conference'
  | 'session'
  | 'deviceLabel'
  | 'deviceId'
  | 'place'
  | 'phone'
  | 'secret'
  | 'path'
  | 'machineName';

/** How many objects above a value are looked at. */
const MAX_ABOVE = 6;

/** A value as far as its role depends on it. */
export interface ApplicationValue {
  /** The text, or the source of the number. */
  readonly text: string;
  readonly isNumber: boolean;
}

/**
 * The role of the value at `path` in an event of an application. `text`: nothing is known about it.
 *
 * @param method the name of the event, which often says what its value is: `participantJoined`
 * @param path from the root of the event; property names and list indexes
 */
export function applicationRole(method: string, path: readonly PathPart[], value: ApplicationValue): ApplicationRole {
  const at = path.findLastIndex((part) => typeof part === 'string');
  const above = contextsAbove(path, at);
  if (above.some(({ kind, isCertain }) => kind === 'secret' && isCertain)) return 'secret';
  const event = keyMeaning(method.replace(/^:/, ''));
  if (at < 0) return path[0] === 0 || path[0] === 1 ? 'text' : roleOfArgument(method, event, value);
  const key = path[at] as string;
  const meaning = keyMeaning(key);
  switch (meaning.kind) {
    case 'technical':
      return PAGE.test(key) && ABSOLUTE_PATH.test(value.text) ? 'path' : 'text';
    case 'path':
      return roleOfPath(key, value);
    case 'attribute':
      if (BY_FORM.test(value.text)) return 'text';
      if (IS_KEY.test(key) && CIPHER.test(String(path.findLast((part, i) => i < at && typeof part === 'string'))))
        return 'secret';
      return isDirection(key, path, at) && !value.isNumber
        ? roleOfParty(value)
        : roleOfAttribute(key, meaning, above, event, value);
    case 'container':
    case 'unknown':
      // `42["join","alice"]`: the name of an event inside a text, and its argument.
      if (at < path.length - 1 && VERB.test(key)) return roleOfArgument(key, meaning, value);
      return roleOfUnknown(meaning, above, value);
    default:
      break;
  }
  if (meaning.isCertain) return ROLE_OF[meaning.kind](meaning);
  // Digits in groups are no measure in the place of a phone number.
  if (meaning.kind === 'phone' && PHONE_DIGITS.test(value.text)) return 'phone';
  // A number is a count (`users: 1500`), except in a list.
  if (value.isNumber) return at < path.length - 1 ? ROLE_OF[meaning.kind](meaning) : 'text';
  return isTechnicalValue(value.text) || BY_FORM.test(value.text) ? 'text' : ROLE_OF[meaning.kind](meaning);
}

/**
 * Whether a key of the object at `path` is a value: the name of a person in `{users: {alice: {…}}}`. Names of
 * properties, such as `count`, are not.
 */
export function isKeyOfMap(key: string, path: readonly PathPart[]): boolean {
  const parent = path.at(-1);
  if (typeof parent !== 'string') return false;
  const { kind, isMap } = keyMeaning(parent);
  if (!isMap || (kind !== 'person' && kind !== 'conference' && kind !== 'device')) return false;
  const own = keyMeaning(key).kind;
  return (own === 'unknown' || /\d/.test(key)) && !isTechnicalValue(key);
}

/** Whether a key looks like data instead of the name of a property: an id, a name with a space, an address. */
export function isValueLikeKey(key: string): boolean {
  if (keyMeaning(key).kind !== 'unknown' || isTechnicalValue(key)) return /[@\s]|\d{6}/.test(key);
  return !/^[\p{Ll}_$][\p{L}\p{N}_$-]{0,63}$/u.test(key) || /\d{2}/.test(key) || /\d[a-z]|[a-z]\d[a-z]/i.test(key);
}

/**
 * URLs, session descriptions and candidates are anonymized by their form, which leaves their technical parts readable.
 */
const BY_FORM = /^[a-z][a-z\d+.-]{1,20}:\/\/|^v=0\s|^(?:a=)?candidate:|^v=0\\[rn]/i;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

const IS_KEY = /^keys?$/i;
/** What a `key` is in, if it is one for encryption: `{encryption: {key: …}}`. */
const CIPHER = /crypt|e2ee|cipher|sframe|srtp|hmac|signing/i;

/** At least six digits, and what people write between them. */
const PHONE_DIGITS = /^[+(]?(?:\d[\s()./-]{0,3}){6,20}$/;

/** `toPage: '/rooms/alice'`, under a name that otherwise has a number or a state. */
const PAGE = /(?:page|route|path|screen|view|link|ur[il])$/i;
const ABSOLUTE_PATH = /^\/[^/\s]/;

type RoleOf = (meaning: KeyMeaning) => ApplicationRole;
const ROLE_OF: Readonly<Record<Kind, RoleOf>> = {
  person: ({ isCertain }) => (isCertain ? 'person' : 'name'),
  conference: () => 'conference',
  session: () => 'session',
  device: ({ isId }) => (isId ? 'deviceId' : 'deviceLabel'),
  place: () => 'place',
  phone: () => 'phone',
  secret: () => 'secret',
  path: () => 'path',
  machine: () => 'machineName',
  attribute: () => 'name',
  container: () => 'text',
  technical: () => 'text',
  unknown: () => 'text',
};

/** The meanings of the property names above index `at`, nearest first. */
function contextsAbove(path: readonly PathPart[], at: number): KeyMeaning[] {
  const above: KeyMeaning[] = [];
  for (let i = at - 1; i >= 0 && above.length < MAX_ABOVE; i--) {
    const part = path[i]!;
    if (typeof part === 'string') above.push(keyMeaning(part));
  }
  return above;
}

/** `name` or `id`: of the nearest noun above, or else of what the event is about. */
function roleOfAttribute(
  key: string,
  { isId }: KeyMeaning,
  above: readonly KeyMeaning[],
  event: KeyMeaning,
  value: ApplicationValue,
): ApplicationRole {
  for (const [distance, { kind }] of [...above, event].entries()) {
    if (kind === 'technical' && distance === 0 && above.length > 0) return 'text';
    // Browsers make device ids of 64 hexadecimal digits; a UUID below `microphone` is the id of its track.
    if (kind === 'device' && isId && UUID.test(value.text)) return 'text';
    if (NOUN_KINDS.has(kind)) {
      // An id and a name below `users` are values whatever they are; a number may be short.
      return ROLE_OF[kind]({ kind, isCertain: true, isId, isMap: false });
    }
  }
  // A key of a table or a cache; those of persons are below one.
  return value.isNumber || /keys?$/i.test(key) || isTechnicalValue(value.text) ? 'text' : 'name';
}

const NOUN_KINDS: ReadonlySet<Kind> = new Set(['person', 'conference', 'session', 'device', 'place', 'machine']);

/** Where a message came from and went to, whatever the message is: `{offer: {from: "anna"}}`. */
const DIRECTION = /^(?:from|to|by|src|dst|target|destination)$/i;
/** Properties that change from one value to another, which is technical. */
const CHANGED =
  /(?:state|status|mode|level|quality|resolution|layer|codec|version|phase|stage|step|rate|size|fps|speed|theme|layout|role|type|kind|network|transition|change|value|range|scale|region|volume|device|track|policy|view|page|route|path|time|date)s?$/i;

/** Whether the property at index `at` of the path says from or to whom something technical was sent. */
function isDirection(key: string, path: readonly PathPart[], at: number): boolean {
  const holder = path.findLast((part, index) => index < at && typeof part === 'string');
  if (typeof holder !== 'string' || !DIRECTION.test(key)) return false;
  return keyMeaning(holder).kind === 'technical' && !CHANGED.test(holder);
}

function roleOfParty(value: ApplicationValue): ApplicationRole {
  return isTechnicalValue(value.text) ? 'text' : 'name';
}

/** Letters, with a sign between them: `anna`, `Anna Keller`, `anna.keller-2`. */
const NAME_FORM = /^\p{L}{2,24}(?:[._ -][\p{L}\d]{1,24}){0,3}$/u;

/** A property that no table has. In the object of a person, it describes the person. */
function roleOfUnknown(meaning: KeyMeaning, above: readonly KeyMeaning[], value: ApplicationValue): ApplicationRole {
  if (value.isNumber || isTechnicalValue(value.text) || BY_FORM.test(value.text)) return 'text';
  // `voter: "anna"`: no table has all nouns for persons.
  if (meaning.isAgent === true && NAME_FORM.test(value.text)) return 'name';
  const owner =
    above.find(({ kind }) => kind !== 'container' && kind !== 'attribute') ??
    // `name: {formatted: …}`
    above.find(({ kind }) => kind === 'attribute');
  if (owner === undefined) return isFullName(value.text) ? 'name' : 'text';
  if (owner.kind === 'attribute') return 'name';
  if (owner.kind === 'person') return 'name';
  if (meaning.kind !== 'container' && !owner.isMap) {
    if (owner.kind === 'place') return 'place';
    return owner.kind !== 'technical' && isFullName(value.text) ? 'name' : 'text';
  }
  return NOUN_KINDS.has(owner.kind) ? ROLE_OF[owner.kind](owner) : 'text';
}

/** Verbs of events whose only argument is a person or a room: `["join", null, "alice", 1]`. */
const VERB =
  /^:?(?:on|did|user)?[:_-]?(?:join|leave|enter|exit|log(?:in|out|on|off)|sign(?:in|out|on)|kick|ban|invite|call|dial|ring|hang|mute|unmute|pin|unpin|spotlight|promote|admit|follow|greet|hello|register|identify|auth)/i;

/** A text that is the event's value itself, or in a list without a name. */
function roleOfArgument(method: string, { kind }: KeyMeaning, value: ApplicationValue): ApplicationRole {
  if (value.isNumber || isTechnicalValue(value.text) || BY_FORM.test(value.text)) return 'text';
  if (kind === 'person' || kind === 'attribute') return 'name';
  if (NOUN_KINDS.has(kind)) return ROLE_OF[kind]({ kind, isCertain: false, isId: false, isMap: false });
  return VERB.test(method) && value.text.length <= MAX_ARGUMENT ? 'name' : 'text';
}

/** Longer arguments are messages instead of names. */
const MAX_ARGUMENT = 64;

function roleOfPath(key: string, { text, isNumber }: ApplicationValue): ApplicationRole {
  if (isNumber || isTechnicalValue(text)) return 'text';
  if (/^(?:location)?hash$/i.test(key)) return text.startsWith('#') ? 'path' : 'text';
  return 'path';
}
