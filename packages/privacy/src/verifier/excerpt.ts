import type { Hit } from './detector.ts';

/** Maximum length of an excerpt, as documented in `Finding.excerpt`. */
const MAX_LENGTH = 80;
const MASK = '█';

/** The text around a hit, with the hit and all `others` masked, as one line of at most 80 characters. */
export function excerptOf(text: string, hit: Hit, others: readonly Hit[]): string {
  const shown = Math.min(hit.end - hit.start, MAX_LENGTH / 2);
  const before = Math.floor((MAX_LENGTH - shown) / 2);
  const start = Math.max(0, Math.min(hit.start - before, text.length - MAX_LENGTH));
  const end = Math.min(text.length, start + MAX_LENGTH);
  const units = Array.from(text.slice(start, end), (unit) => (unit < ' ' ? ' ' : unit));
  // Array.from splits by code point. Replace surrogate pairs by two units so that positions stay correct.
  const flat = units.flatMap((unit) => (unit.length > 1 ? [MASK, MASK] : [unit]));
  for (const { start: from, end: to } of [hit, ...others]) {
    for (let at = Math.max(from, start); at < Math.min(to, end); at++) flat[at - start] = MASK;
  }
  return flat.join('');
}
