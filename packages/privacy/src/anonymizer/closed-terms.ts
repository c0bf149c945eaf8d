import { decodeLatin1 } from '../bytes/decode.ts';
import type { SessionMemory } from '../text/session-memory.ts';

/** How far to search beyond a line at most: one search of many short lines costs less than many searches. */
const MAX_AHEAD = 16 * 1024;
const MIN_AHEAD = 1024;

/**
 * Finds remembered values in the closed content of lines, which no class would inspect. Reads ahead, so that most lines
 * of a file need no search of their own.
 */
export class ClosedTerms {
  readonly #memory: SessionMemory;
  /** The terms that were searched for up to `#clearTo`, where the first of them may begin. */
  #terms: readonly string[] = [];
  #clearTo = 0;
  /** Doubled as long as nothing is found, so that frequent terms do not have the same bytes searched many times. */
  #ahead = 0;

  constructor(memory: SessionMemory) {
    this.#memory = memory;
  }

  /** Call it before the first line of other bytes, or of the same array with other content. */
  begin(): void {
    this.#clearTo = 0;
  }

  /**
   * Whether a remembered value is in the line outside of its open parts. `open` has begin, end and role of each, as the
   * scanner reports them.
   */
  areIn(bytes: Uint8Array, from: number, to: number, open: readonly number[]): boolean {
    const terms = this.#memory.closedTerms;
    if (terms.length === 0) return false;
    if (terms !== this.#terms) {
      this.#terms = terms;
      this.#clearTo = 0;
    }
    if (to <= this.#clearTo) return false;
    const text = decodeLatin1(bytes, from, Math.min(Math.max(to, from + this.#ahead), bytes.length));
    this.#clearTo = from + clearLength(text, terms);
    if (to <= this.#clearTo) {
      this.#ahead = Math.min(MAX_AHEAD, Math.max(MIN_AHEAD, this.#ahead * 2));
      return false;
    }
    this.#ahead = 0;
    for (const term of terms) {
      for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
        const begin = from + at;
        if (begin >= to) break;
        if (!isWithinOpen(open, begin, begin + term.length)) return true;
      }
    }
    return false;
  }
}

/** The length of the beginning of `text` in which no term begins and ends, nor may begin. */
function clearLength(text: string, terms: readonly string[]): number {
  let length = text.length;
  for (const term of terms) {
    const at = text.indexOf(term);
    if (at >= 0 && at < length) length = at;
  }
  return length;
}

/** Whether the bytes are a part of one open part, which is searched for remembered values like any other text. */
function isWithinOpen(open: readonly number[], begin: number, end: number): boolean {
  for (let i = 0; i < open.length; i += 3) if (open[i]! <= begin && end <= open[i + 1]!) return true;
  return false;
}
