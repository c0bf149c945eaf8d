import { CONFERENCES } from './conferences.ts';
import { DEVICES } from './devices.ts';
import { ATTRIBUTES, CONTAINERS, TECHNICAL_KEYS } from './technical.ts';
import { isTechnicalValue } from './technical-values.ts';

/** Digits that are as long as an id. Shorter ones are counts, which are technical. */
const LONG_NUMBER = /^\d{5,20}$/;
const TABLES = [CONFERENCES, DEVICES, ATTRIBUTES, CONTAINERS, TECHNICAL_KEYS, new Set(['agent'])];

/**
 * Whether a word behind a noun in a message is a term: `room state closed`, `user agent changed`. Names of properties
 * count as well, but only if each part of the word is one, because `anna-client` names a client.
 */
export function isTechnicalWordOfMessage(word: string): boolean {
  if (isTechnicalValue(word)) return !LONG_NUMBER.test(word);
  return word.split(/[._-]/).every((part) => part === '' || isTechnicalValue(part) || isNameOfProperty(part));
}

function isNameOfProperty(word: string): boolean {
  const lower = word.toLowerCase();
  return TABLES.some((table) => table.has(lower));
}
