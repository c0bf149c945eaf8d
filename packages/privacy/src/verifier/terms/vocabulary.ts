import { FUNCTION_WORDS, QUALITIES, TRANSLATIONS } from './language.ts';
import { CALL_OPERATIONS, WEB_OPERATIONS } from './operations.ts';
import {
  BROWSER_WORDS,
  DEVICE_WORDS,
  INTERFACE_WORDS,
  LIBRARY_WORDS,
  MEDIA_FORMATS,
  REGION_WORDS,
  SDK_WORDS,
} from './platforms.ts';
import { RECORD_PROPERTIES, TRANSLATED_PROPERTIES, WEB_PROPERTIES } from './properties.ts';
import { RPC_WORDS, SDP_WORDS, SIP_WORDS, SOCKET_WORDS, SYSTEM_WORDS, XMPP_WORDS } from './protocols.ts';
import { MEDIA_WORDS, PAGE_EVENTS, PAGE_WORDS, RTC_WORDS } from './web.ts';

/**
 * The technical words of the verifier. The tables were drawn from specifications and from the documentation of
 * libraries, and not from the vocabulary of the anonymizer, so that a wrong word in one is noticed by the other. A word
 * that several documents have is in the table of the first one. Most words that are common first names are left out.
 */

function wordsOf(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.join(' ').trim().split(/\s+/));
}

/** Words of technical values, in lower case, nouns in the singular. */
export const TERMS = wordsOf(
  RTC_WORDS,
  MEDIA_WORDS,
  PAGE_WORDS,
  PAGE_EVENTS,
  SIP_WORDS,
  SDP_WORDS,
  XMPP_WORDS,
  SOCKET_WORDS,
  RPC_WORDS,
  SYSTEM_WORDS,
  LIBRARY_WORDS,
  DEVICE_WORDS,
  SDK_WORDS,
  MEDIA_FORMATS,
  INTERFACE_WORDS,
  BROWSER_WORDS,
  REGION_WORDS,
  FUNCTION_WORDS,
  QUALITIES,
  TRANSLATIONS,
);
/** Words that are technical in the name of a property only. */
export const PROPERTY_WORDS = wordsOf(WEB_PROPERTIES, RECORD_PROPERTIES, TRANSLATED_PROPERTIES);

const OPERATIONS = wordsOf(WEB_OPERATIONS, CALL_OPERATIONS);
/** Endings of verbs, and what stands in their place in the infinitive. */
const INFLECTIONS: readonly (readonly [ending: string, ...infinitive: string[]])[] = [
  ['ies', 'y'],
  ['ied', 'y'],
  ['es', ''],
  ['s', ''],
  ['ed', '', 'e'],
  ['ing', '', 'e'],
];

/** Whether the word is a verb for what a program does, in any form: `unpin`, `pinned`, `reconnecting`. */
export function isOperation(word: string): boolean {
  if (OPERATIONS.has(word)) return true;
  for (const [ending, ...infinitive] of INFLECTIONS) {
    if (!word.endsWith(ending)) continue;
    const stem = word.slice(0, -ending.length);
    if (infinitive.some((end) => OPERATIONS.has(stem + end))) return true;
    // `pinned` doubles the consonant.
    if (stem.at(-1) === stem.at(-2) && OPERATIONS.has(stem.slice(0, -1))) return true;
  }
  const base = word.replace(/^(?:un|re|dis)/, '');
  return base !== word && base.length > 3 && isOperation(base);
}
