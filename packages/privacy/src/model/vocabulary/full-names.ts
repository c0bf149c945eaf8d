import { isTechnicalWord } from './technical-values.ts';

/** One to four words with a capital first letter, which a title may precede: `Greta Holm`, `Dr. Yilmaz`. */
const FULL_NAME =
  /^(?:(?:Dr|Prof|Mr|Mrs|Ms|Miss|Frau|Herr|Mme|Mlle|Sr|Sra|Don|Doña|Sir|Dame)\.? ){0,2}\p{Lu}[\p{Ll}\p{Lu}\p{M}'’-]{1,30}(?: (?:(?:de|da|di|du|van|von|der|den|la|le|el|al|bin|ibn|zu|y) ){0,2}\p{Lu}[\p{L}\p{M}'’.-]{0,30}){0,3}$/u;
const TITLE = /^(?:Dr|Prof|Mr|Mrs|Ms|Miss|Frau|Herr|Mme|Mlle|Sr|Sra|Don|Doña|Sir|Dame)\.? /u;

/**
 * Whether the text has the form of the full name of a person, and no word of it is technical. For properties whose
 * names say nothing, where a single capitalized word may be anything.
 */
export function isFullName(text: string): boolean {
  if (text.length > 64 || !FULL_NAME.test(text) || !(TITLE.test(text) || text.includes(' '))) return false;
  return text.split(/[ -]/).every((word) => !isTechnicalWord(word.replace(/\.$/, '')));
}
