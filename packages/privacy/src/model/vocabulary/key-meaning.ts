import { isAgentNoun, OCCUPATIONS } from './agents.ts';
import { CONFERENCE_PHRASES, CONFERENCES } from './conferences.ts';
import { MAILS, PHONE_PHRASES, PHONES } from './contacts.ts';
import { DEVICE_PHRASES, DEVICES } from './devices.ts';
import { keyWords } from './key-words.ts';
import { MACHINE_PHRASES, PATH_PHRASES } from './network.ts';
import { PERSON_PHRASES, PERSONS, UNCERTAIN } from './persons.ts';
import { PLACE_PHRASES, PLACES } from './places.ts';
import { SECRET_CODES, SECRET_KEYS, SECRET_PHRASES, SECRETS } from './secrets.ts';
import { SESSION_PHRASES } from './sessions.ts';
import { ATTRIBUTES, CONTAINERS, MODIFIERS, TECHNICAL_KEYS } from './technical.ts';

/** The kind of thing that a property name is about. */
export type Kind =
  | 'person'
  | 'conference'
  | 'session'
  | 'device'
  | 'place'
  | 'phone'
  | 'secret'
  | 'path'
  | 'machine'
  /** A `name` or `id`: of whatever it is in. */
  | 'attribute'
  /** `data`, `payload`, `list`: says nothing about its content. */
  | 'container'
  | 'technical'
  | 'unknown';

/** The meaning of a property name by itself. */
export interface KeyMeaning {
  readonly kind: Kind;
  /**
   * Whether a text in this place is a value of the kind whatever it is (`userName`). Otherwise it may be a technical
   * word: `user: "connected"`.
   */
  readonly isCertain: boolean;
  /** Whether the name asks for an id, which of a device is something else than its label. */
  readonly isId: boolean;
  /** Whether an object in this place may be a map whose keys are ids or names: `users`, `peersById`. */
  readonly isMap: boolean;
  /** Whether the name has the form of a noun for somebody who does something, which no table has: `voter`. */
  readonly isAgent?: boolean;
}

const MAX_CACHED = 4096;
const CACHE = new Map<string, KeyMeaning>();

/** The meaning of the property name. Names repeat, so it is remembered. */
export function keyMeaning(key: string): KeyMeaning {
  let meaning = CACHE.get(key);
  if (meaning === undefined) {
    const words = keyWords(key);
    meaning = meaningOf(key, words);
    if (isAgentNoun(words.at(-1) ?? '')) meaning = { ...meaning, isAgent: true };
    if (CACHE.size >= MAX_CACHED) CACHE.clear();
    // A copy, because a substring keeps the whole message in memory.
    CACHE.set([...key].join(''), meaning);
  }
  return meaning;
}

/** Whole names -> kind, in order of priority. */
const PHRASES: readonly (readonly [ReadonlySet<string>, Kind])[] = [
  [SECRET_PHRASES, 'secret'],
  [PATH_PHRASES, 'path'],
  [MACHINE_PHRASES, 'machine'],
  [PHONE_PHRASES, 'phone'],
  [SESSION_PHRASES, 'session'],
  [CONFERENCE_PHRASES, 'conference'],
  [DEVICE_PHRASES, 'device'],
  [PLACE_PHRASES, 'place'],
  [PERSON_PHRASES, 'person'],
];
/** Nouns -> kind, in order of priority. */
const NOUNS: readonly (readonly [ReadonlySet<string>, Kind])[] = [
  [SECRETS, 'secret'],
  [PERSONS, 'person'],
  [MAILS, 'person'],
  [PHONES, 'phone'],
  [CONFERENCES, 'conference'],
  [new Set(['session', 'sitzung']), 'session'],
  [DEVICES, 'device'],
  [PLACES, 'place'],
  [OCCUPATIONS, 'person'],
  [TECHNICAL_KEYS, 'technical'],
];
/** Nouns that are the name of somebody, or identify somebody, instead of standing for somebody. */
const NAMING =
  /name|^(?:nom|prenom|nick|login|alias|pseudo|sub|jid|dob|gender|pronoun|initials|avatar|picture|photo|portrait|apellido|apodo|cognome|maiden|email|mail|emailaddress|mailaddress|upn|courriel|correo|userid|uid|имя|фамилия|用户名|姓名|昵称|名前|氏名|이름)$|^birth|kennung$/;
/** Names of maps: plurals, and names that say what the keys are. */
const MAP = /(?:s|map|list|by[_-]?(?:id|name|user|key|uid|email)|teilnehmer|benutzer|nutzer|gaeste|gäste)$/i;
const ORDER = /^(?:sort|order|group|filter|limit|cause|trigger|index|key|divid|reduc|increas|decreas|scal)/;
const ID = new Set(['id', 'uid', 'uuid', 'guid', 'sid', 'key', 'kennung']);

function meaningOf(key: string, words: readonly string[]): KeyMeaning {
  const isMap = MAP.test(key);
  const make = (kind: Kind, isCertain: boolean, isId = false): KeyMeaning => ({ kind, isCertain, isId, isMap });
  if (words.length === 0) return make('unknown', false);
  const phrase = words.join(' ');
  for (const [phrases, kind] of PHRASES)
    if (phrases.has(phrase)) return make(kind, kind !== 'path', ID.has(words.at(-1)!));
  // `ratedBy`; but `sortedBy` names a field.
  if (words.length > 1 && words.at(-1) === 'by' && !ORDER.test(words.at(-2)!)) return make('person', false);
  // `whisperTo`, `movedFrom`: somebody, or a state.
  if (words.length === 2 && (words[1] === 'to' || words[1] === 'from')) return make('attribute', false);
  // As a text, an `address` has a role of its own; as an object, it is a postal one.
  if (phrase === 'address') return make('place', true);
  if (UNCERTAIN.has(phrase)) return make('attribute', false, ID.has(phrase));
  if (words.length === 1 && CONTAINERS.has(phrase)) return make('container', false);
  let end = words.length;
  // `userList`, `participantsById`: what the list is of.
  while (end > 1 && CONTAINERS.has(words[end - 1]!)) end--;
  if (end > 2 && words[end - 2] === 'by') end -= 2;
  while (end > 1 && MODIFIERS.has(words[end - 1]!)) end--;
  const shorter = words.slice(0, end).join(' ');
  const named = shorter === phrase ? undefined : PHRASES.find(([phrases]) => phrases.has(shorter))?.[1];
  if (named !== undefined) return make(named, false);
  const head = words[end - 1]!;
  const before = words.slice(0, end - 1);
  if (head === 'key' && before.some((word) => SECRET_KEYS.has(word)) && !before.includes('public')) {
    return make('secret', true);
  }
  if (head === 'code' && before.some((word) => SECRET_CODES.has(word))) return make('secret', true);
  if (SECRETS.has(head)) return make('secret', true);
  if (ATTRIBUTES.has(head) && !PERSONS.has(head) && !MAILS.has(head)) {
    const owner = ownerOf(before);
    return owner === undefined ? make('attribute', false, ID.has(head)) : make(owner, true, ID.has(head));
  }
  const kind = nounKind(head);
  if (kind !== undefined) return make(kind, kind === 'place' || NAMING.test(head));
  if (words.every((word) => CONTAINERS.has(word))) return make('container', false);
  const isOfPerson = words.some((word) => PERSONS.has(word));
  return make(isOfPerson ? 'person' : 'unknown', false);
}

/** The kind of the noun closest to the end: `roomOwner` in `roomOwnerName`. */
function ownerOf(words: readonly string[]): Kind | undefined {
  for (const word of words.toReversed()) {
    const kind = nounKind(word);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

function nounKind(word: string): Kind | undefined {
  return NOUNS.find(([nouns]) => nouns.has(word))?.[1];
}
