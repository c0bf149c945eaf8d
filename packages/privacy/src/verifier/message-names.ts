import type { Hit } from './detector.ts';
import { isNeutral } from './neutral.ts';
import { isWordOfMessage } from './parties.ts';
import { isFullName } from './personal-names.ts';
import { isTechnicalTerm } from './technical-terms.ts';
import { LOGGED_PARTIES, LOGGED_PERSONS, LOGGED_ROOMS } from './terms/persons.ts';

/**
 * Finds the persons and rooms that log messages are about: `kicked participant 'Anna Keller'`, `peer anna.k joined`,
 * `logged in as anna`, `room keller-family closed`. Every pattern begins at the start of a word and has bounded
 * repeats, so the time is linear.
 */

/**
 * The words with a small or a capital first letter, and spaces for dashes. An `i` flag would ignore the case of the
 * name as well.
 */
function anyOf(nouns: string): string {
  return nouns
    .split(' ')
    .map((noun) => `[${noun[0]!.toUpperCase()}${noun[0]!}]${noun.slice(1).replace('-', ' ')}`)
    .join('|');
}

/** Somebody's name follows these and `as`. */
const BECOMING = 'connected reconnected joined rejoined registered authenticated identified known logged-in signed-in';
const ENTERING = 'joined joining left leaving entered';
const START = '(?<![\\p{L}\\p{N}_])';
const END = '(?![\\p{L}\\p{N}_=-])';
const QUOTE = '["\'`“„«]?';
/** One word that may be an id: it does not end with a sign. */
const ID = '([\\p{L}\\p{N}][\\p{L}\\p{N}_.@-]{0,60}[\\p{L}\\p{N}])';

const FULL_NAMES = new RegExp(
  `${START}(?:${anyOf(LOGGED_PERSONS)})s? ${QUOTE}(\\p{Lu}\\p{Ll}{1,30}(?: \\p{Lu}\\p{Ll}{1,30}){1,2})(?![\\p{L}\\p{N}_=:])`,
  'dgu',
);
const IDS: readonly RegExp[] = [
  new RegExp(
    `${START}(?:${anyOf(`${LOGGED_PERSONS} ${LOGGED_PARTIES}`)}) ${QUOTE}${ID}${QUOTE} (?:has |is |was )?(?:joined|left|connected|disconnected|reconnected|entered|kicked|banned|muted|unmuted|ringing|timed out|dropped|answered|invited|removed|promoted|declined|published|subscribed|offline)${END}`,
    'dgu',
  ),
  new RegExp(`${START}(?:${anyOf(BECOMING)}) as ${QUOTE}${ID}${END}`, 'dgu'),
  new RegExp(
    `${START}(?:${anyOf(LOGGED_ROOMS)}) ${QUOTE}${ID}${QUOTE} (?:has been |has |is |was )?(?:closed|opened|created|destroyed|deleted|ended|started|locked|full|expired|not found)${END}`,
    'dgu',
  ),
  new RegExp(`${START}(?:${anyOf(ENTERING)}) (?:${anyOf(LOGGED_ROOMS)}) ${QUOTE}${ID}${END}`, 'dgu'),
];
/** The texts without these words are the most. */
const HINT = new RegExp(` as |${[LOGGED_PERSONS, LOGGED_PARTIES, LOGGED_ROOMS].join(' ').replaceAll(' ', '|')}`, 'i');

/** The names and ids in a message. */
export function namesInMessage(text: string): readonly Hit[] {
  if (!text.includes(' ') || !HINT.test(text)) return [];
  const hits: Hit[] = [];
  const add = (pattern: RegExp, isName: (word: string) => boolean): void => {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices![1]!;
      if (isName(match[1]!)) hits.push({ start, end });
    }
  };
  add(FULL_NAMES, (words) => isFullName(words) && !isTechnicalTerm(words));
  for (const pattern of IDS) add(pattern, (word) => !isNeutral(word) && !isWordOfMessage(word));
  return hits;
}
