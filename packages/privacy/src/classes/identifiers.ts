import { isPseudonym, type Pseudonyms } from '../pseudonyms/pseudonym.ts';
import { ESCAPE, SLASH } from '../text/features.ts';
import { eachMatch } from '../text/matches.ts';
import { isNamedSetting, isSettingValue } from './setting-values.ts';
import type { TextClass } from './text-class.ts';

const UUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;
const HEX = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{12,128}$/i;
/** Upper-case and lower-case letters and digits, long enough to be random, without words. */
const TOKEN = /^(?=.*\d.*\d)(?=.*[a-z].*[a-z])(?=.*[A-Z].*[A-Z])(?!(?:.*[-_])?[A-Za-z]{3,}(?:[-_]|$))[\w-]{16,128}$/;
const CHANGE = /\d[A-Za-z]|[A-Za-z]\d/g;
/**
 * Random text has on average at least one change between letters and digits per this many characters. In names, numbers
 * come last: `DailyStandup2026`.
 */
const CHARACTERS_PER_CHANGE = 5;
/** Addresses of pages and servers, which other classes search. */
const URI = /^(?:(?:https?|wss?):\/\/|(?:stun|turn)s?:)[^\s@]{1,512}$/i;
/** The user's folder in error messages and file URLs. */
const HOME =
  /(?:\/home\/|[/\\]Users[/\\]+|[A-Za-z]:\\+Users\\+)((?:[^/\\\s:"'<>]+ ){1,3}[^/\\\s:"'<>]+(?=[/\\])|[^/\\\s:"'<>]+)/dg;

/**
 * Whether an identifier means nothing by itself: a UUID, a hash, a random token. Numbers are not opaque, because they
 * may be phone numbers.
 */
export function isOpaque(text: string): boolean {
  return (
    UUID.test(text) ||
    HEX.test(text) ||
    (TOKEN.test(text) && (text.match(CHANGE)?.length ?? 0) >= text.length / CHARACTERS_PER_CHANGE)
  );
}

/** Identifiers of users, conferences and sessions that applications assign. */
export function identifiers(pseudonyms: Pseudonyms | null, keepOpaque: boolean): TextClass {
  const replace = (kind: string) => (text: string) => {
    if (text === '' || isPseudonym(text) || (keepOpaque && isOpaque(text))) return text;
    return pseudonyms === null ? `[${kind}]` : pseudonyms.of(kind, text);
  };
  const user = replace('user');
  return {
    name: 'identifiers',
    needs: [SLASH, ESCAPE],
    whole: {
      person: user,
      name: user,
      conference: replace('conference'),
      session: replace('session'),
      setting: (text) => (isSettingValue(text) || URI.test(text) ? undefined : user(text)),
      namedSetting: (text) => (isNamedSetting(text) || URI.test(text) ? undefined : user(text)),
    },
    find(text, _role, report) {
      if (!text.includes('/home/') && !text.includes('Users')) return;
      eachMatch(text, HOME, (match) => {
        const [start, end] = match.indices![1]!;
        const clean = user(match[1]!);
        if (clean !== match[1]) report(start, end, clean);
      });
    },
  };
}
