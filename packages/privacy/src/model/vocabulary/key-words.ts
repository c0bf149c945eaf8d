import { OCCUPATIONS } from './agents.ts';
import { CONFERENCE_PHRASES, CONFERENCES } from './conferences.ts';
import { MAILS, PHONE_PHRASES, PHONES } from './contacts.ts';
import { DEVICE_PHRASES, DEVICES } from './devices.ts';
import { MACHINE_PHRASES, PATH_PHRASES } from './network.ts';
import { PERSON_PHRASES, PERSONS } from './persons.ts';
import { PLACE_PHRASES, PLACES } from './places.ts';
import { SECRET_CODES, SECRET_KEYS, SECRET_PHRASES, SECRETS } from './secrets.ts';
import { SESSION_PHRASES } from './sessions.ts';
import { ATTRIBUTES, CONTAINERS, MODIFIERS, TECHNICAL_KEYS } from './technical.ts';

/** Longer names are data instead of names of a program. */
const MAX_KEY_LENGTH = 64;
const TABLES = [
  PERSONS,
  OCCUPATIONS,
  CONFERENCES,
  DEVICES,
  PLACES,
  SECRETS,
  MAILS,
  PHONES,
  ATTRIBUTES,
  TECHNICAL_KEYS,
  CONTAINERS,
  MODIFIERS,
];
function isKnown(word: string): boolean {
  return TABLES.some((table) => table.has(word));
}

/**
 * The words of a property name in lower case, singular, without accents: `remoteUserIDs`, `remote_user_ids` and
 * `remote-user-id` give `remote user id`. Empty if the name is too long to be one.
 */
export function keyWords(key: string): readonly string[] {
  if (key.length > MAX_KEY_LENGTH) return [];
  const spaced = key
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/(?<=[A-Z])Ds(?![a-z])/g, 'D')
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2');
  const words: string[] = [];
  for (const part of spaced
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)) {
    const word = part.length > 2 && !isKnown(part) ? part.replace(/\d{1,4}$/, '') : part;
    if (word !== '') words.push(...apart(singular(word)));
  }
  return words;
}

/** The form of the word that a table has; the word itself if none has any. */
function singular(word: string): string {
  if (isKnown(word) || word.length < 3) return word;
  const forms = [word.slice(0, -1), word.slice(0, -2), `${word.slice(0, -3)}y`, word.slice(0, -5)];
  // German words for women end with `in` and `innen`.
  const endings = [/[snrex]$/, /(?:es|en|er|ne|ux|erin)$/, /ies$/, /erinnen$/];
  for (const [index, form] of forms.entries()) {
    if (endings[index]!.test(word) && form.length > 2 && isKnown(form)) return form;
  }
  return word;
}

/** Words that may be parts of one written together, of at least two letters. */
const PARTS: ReadonlySet<string> = new Set(
  [
    ...TABLES.flatMap((table) => [...table]),
    ...[PERSON_PHRASES, CONFERENCE_PHRASES, SESSION_PHRASES, DEVICE_PHRASES, PLACE_PHRASES, SECRET_PHRASES]
      .flatMap((phrases) => [...phrases])
      .flatMap((phrase) => phrase.split(' ')),
    ...[PHONE_PHRASES, MACHINE_PHRASES, PATH_PHRASES].flatMap((phrases) => [...phrases].flatMap((p) => p.split(' '))),
    ...SECRET_KEYS,
    ...SECRET_CODES,
  ].filter((word) => word.length >= 2),
);
const MIN_TOGETHER = 6;

/**
 * Splits words that are written together in lower case: `remoteuserid`. The whole word has to consist of known ones,
 * the first of which is as long as possible.
 */
function apart(word: string): readonly string[] {
  if (isKnown(word) || word.length < MIN_TOGETHER) return [word];
  // From the end: the parts of word.slice(at), fewest first.
  const partsFrom: (readonly string[] | undefined)[] = new Array(word.length + 1);
  partsFrom[word.length] = [];
  for (let at = word.length - 2; at >= 0; at--) {
    for (let end = word.length; end >= at + 2; end--) {
      const rest = partsFrom[end];
      if (rest === undefined || (partsFrom[at]?.length ?? Number.POSITIVE_INFINITY) <= rest.length + 1) continue;
      const part = word.slice(at, end);
      const form = PARTS.has(part) ? part : singular(part);
      if (PARTS.has(form)) partsFrom[at] = [form, ...rest];
    }
  }
  return partsFrom[0] ?? [word];
}
