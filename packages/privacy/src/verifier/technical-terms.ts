import { isTechnicalValue } from './technical-words.ts';
import { isOperation, PROPERTY_WORDS, TERMS } from './terms/vocabulary.ts';

/**
 * Decides whether a text is technical where another text would name somebody (`from`, `owner`, `target`). The verifier
 * needs this only for properties whose values may be of either kind.
 */

/** A language tag or time zone, a MIME type, an exception, a date, a version, digits with signs between them. */
const NOTATION =
  /^[a-z]{2}[-_](?:[A-Z][a-z]{3}[-_])?[A-Z]{2}$|^(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)\/[\w+-]{2,32}$|^(?:audio|video|application|text|image)\/[\w.+-]{1,64}|^[A-Z][A-Za-z]{2,40}(?:Error|Exception)$|^[+-]?v?\d[\d.,:/x×*TZ +-]{0,40}[a-zA-Z%µ]{0,5}$/;
/** Texts with a form of their own, which other detectors judge: URLs, session descriptions, candidates. */
const OTHER_FORM = /^[a-z][a-z\d+.-]{1,20}:\/\/|^v=0\s|^v=0\\|^(?:a=)?candidate:/i;
/** Longer texts are messages. */
const MAX_LENGTH = 128;

/** Whether the value of a property that may hold a person consists of technical words or numbers. */
export function isTechnicalTerm(text: string): boolean {
  if (text.length > MAX_LENGTH || isTechnicalValue(text) || NOTATION.test(text) || OTHER_FORM.test(text)) return true;
  return wordsOf(text).every(isTerm);
}

/** Whether any word of the text is technical, or if it has only digits and short words. */
export function hasTechnicalTerm(text: string): boolean {
  const words = wordsOf(text).filter((word) => /\p{L}{3}/u.test(word));
  return (
    text.length > MAX_LENGTH ||
    words.length === 0 ||
    words.some((word) => isTerm(word) || PROPERTY_WORDS.has(word.toLowerCase()))
  );
}

/** Whether a name without separators begins or ends with a technical word: `networkquality`, `useraccount`. */
export function isJoinedTerm(text: string): boolean {
  if (!/^\p{Ll}{7,32}$/u.test(text)) return false;
  for (let length = 4; length < text.length; length++) {
    if ([text.slice(0, length), text.slice(-length)].some((part) => TERMS.has(part) || PROPERTY_WORDS.has(part)))
      return true;
  }
  return false;
}

/** Whether the noun is made of a word for what programs do: `tracker`, `converter`. */
export function isToolNoun(noun: string): boolean {
  const verb = noun.replace(/(?:er|or)$/, '');
  return [verb, `${verb}e`, verb.slice(0, -1)].some((word) => isTerm(word) || PROPERTY_WORDS.has(word));
}

function wordsOf(text: string): readonly string[] {
  return text.replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2').split(/[^\p{L}\p{M}\p{N}]+/u);
}

function isTerm(word: string): boolean {
  const lower = word.toLowerCase();
  if (lower.length < 3 || TERMS.has(lower) || /^\d{1,12}[a-z]{0,4}$/.test(lower)) return true;
  const base = lower.replace(/\d{1,3}$/, '');
  return (
    base.replace(/s$/, '').length < 3 ||
    TERMS.has(base) ||
    (base.endsWith('s') && TERMS.has(base.slice(0, -1))) ||
    isOperation(base)
  );
}
