/** Longer than any name with titles. */
const MAX_LENGTH = 160;
/**
 * The words that may form a name before an address, with or without commas (`Keller, Anna`, as corporate mail programs
 * write it).
 */
const WORDS = /(?:[\p{L}\p{M}\p{N}'’.-]{1,40},?\s{1,3}){0,11}[\p{L}\p{M}\p{N}'’.-]{1,40}\s{0,3}<$/u;
const WORD = /[\p{L}\p{M}\p{N}'’.-]+/gu;
/** A capital letter, or a letter of a script without case. */
const LIKE_A_NAME = /^['’]?[\p{Lu}\p{Lt}\p{Lo}]/u;
/** `van der`, `de la`: part of a name if more of the name comes before them. */
const PARTICLE = /^[\p{Ll}'’]{1,4}$/u;
const QUOTED = /"([^"<>@]{2,60})"\s*<$/;
const COMMENT = /^\s?\(((?:\p{Lu}[\p{L}\p{M}'’.-]*\s){1,3}\p{Lu}[\p{L}\p{M}'’.-]*)\)/u;

/** The range of a name; the end is exclusive. */
export type Range = readonly [start: number, end: number];

/**
 * The name before an address in angle brackets (RFC 5322, section 3.4) that begins at `at`. `local` is the part of the
 * address before the @.
 */
export function nameBefore(text: string, at: number, local: string): Range | undefined {
  if (text.charAt(at - 1) !== '<') return undefined;
  const from = Math.max(0, at - MAX_LENGTH);
  const before = text.slice(from, at);
  const quoted = QUOTED.exec(before);
  if (quoted !== null) return [from + quoted.index + 1, from + quoted.index + 1 + quoted[1]!.length];
  const words = WORDS.exec(before);
  if (words === null) return undefined;
  const lower = local.toLowerCase();
  let range: Range | undefined;
  for (const { 0: word, index } of [...words[0].matchAll(WORD)].reverse()) {
    const start = from + words.index + index;
    // Or a word that is part of the address: `anna keller <anna.keller@…>`.
    if (LIKE_A_NAME.test(word) || (word.length > 2 && lower.includes(word.toLowerCase()))) {
      range = [start, range?.[1] ?? start + word.length];
    } else if (range === undefined || !PARTICLE.test(word)) {
      break;
    }
  }
  return range;
}

/** The name in parentheses after an address that ends at `end`, as older mail programs wrote it. */
export function nameBehind(text: string, end: number): Range | undefined {
  const comment = COMMENT.exec(text.slice(end, end + MAX_LENGTH));
  if (comment === null) return undefined;
  const start = end + comment[0].indexOf('(') + 1;
  return [start, start + comment[1]!.length];
}
