import { CONFERENCES } from './conferences.ts';
import { MAILS, PHONES } from './contacts.ts';
import { DEVICES } from './devices.ts';
import { PERSONS } from './persons.ts';
import { PLACES } from './places.ts';
import { SECRETS } from './secrets.ts';
import { ATTRIBUTES, CONTAINERS, MODIFIERS, TECHNICAL_KEYS } from './technical.ts';

/** Longer names are data instead of names of a program. */
const MAX_KEY_LENGTH = 64;
const TABLES = [
  PERSONS,
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
/** Ends of words that are written together in lower case: `peerid`, `roomname`. Longest first. */
const ENDINGS = ['displayname', 'fullname', 'address', 'number', 'names', 'label', 'title', 'email', 'token', 'name', 'code', 'mail', 'ids', 'key', 'id'];

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
  for (const part of spaced.normalize('NFC').toLowerCase().split(/[^\p{L}\p{N}]+/u)) {
    const word = part.length > 2 && !isKnown(part) ? part.replace(/\d{1,4}$/, '') : part;
    if (word !== '') words.push(...apart(singular(word)));
  }
  return words;
}

/** The form of the word that a table has; the word itself if none has any. */
function singular(word: string): string {
  if (isKnown(word) || word.length < 3) return word;
  const forms = [word.slice(0, -1), word.slice(0, -2), `${word.slice(0, -3)}y`];
  const endings = [/[snrex]$/, /(?:es|en|er|ne|ux)$/, /ies$/];
  for (const [index, form] of forms.entries()) {
    if (endings[index]!.test(word) && form.length > 2 && isKnown(form)) return form;
  }
  return word;
}

/** Splits a word of two that are written together. */
function apart(word: string): readonly string[] {
  if (isKnown(word)) return [word];
  for (const ending of ENDINGS) {
    if (!word.endsWith(ending) || word.length <= ending.length + 1) continue;
    const first = singular(word.slice(0, -ending.length));
    if (isKnown(first)) return [first, singular(ending)];
    for (const modifier of ['remote', 'local', 'my', 'current', 'target', 'other']) {
      const rest = first.startsWith(modifier) ? singular(first.slice(modifier.length)) : '';
      if (rest !== '' && isKnown(rest)) return [modifier, rest, singular(ending)];
    }
  }
  return [word];
}
