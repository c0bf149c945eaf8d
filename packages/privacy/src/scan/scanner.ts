import { ACCEPT, type Automaton, DEAD, openPart, UNKNOWN } from './automaton.ts';
import type { Until } from './expression.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
const SPACE = 32;
const LETTER_N = 110;
const LETTER_R = 114;

/** Reads lines of a language and notes their open parts. One scanner serves any number of sessions, one line at a time. */
export class Scanner {
  readonly #automaton: Automaton;
  /** Of the line scanned last, three numbers an open part: where its content begins and ends, and its role. */
  readonly open: number[] = [];
  /** Where `pair` got to. */
  readonly states: [number, number] = [0, 0];

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
  }

  /**
   * Reads the line that begins at `from`. Returns where it ends (its line feed, or `to`) when it belongs to the language and
   * -1 when not. The open parts are in `open`, in order; whether they are valid JSON and UTF-8 is for their reader to see.
   * A line whose beginning `pair` has read goes on at `at`, in `state`.
   */
  scan(bytes: Uint8Array, from: number, to: number, at: number = from, state: number = this.#automaton.start): number {
    const automaton = this.#automaton;
    const { columnOf } = automaton;
    if (this.open.length > 0) this.open.length = 0;
    let table = automaton.table;
    let i = at;
    for (;;) {
      let next = 0;
      // All the time is spent here: nothing in this loop but the look-up.
      while (i < to) {
        next = table[state + columnOf[bytes[i]!]!]!;
        if (next < 0) break;
        state = next;
        i++;
      }
      if (i >= to) next = table[state + columnOf[NEWLINE]!]!;
      if (next === UNKNOWN) {
        next = automaton.step(state, i < to ? bytes[i]! : NEWLINE);
        table = automaton.table;
        if (next >= 0) continue;
      }
      if (next === ACCEPT) return i;
      if (next === DEAD || i >= to) return -1;
      const number = openPart(next);
      const { role, until } = automaton.part(number);
      const begin = partBegin(bytes, i, until);
      const end = until === 'quote' ? stringEnd(bytes, i, to) : partEnd(bytes, i, to, until === 'token');
      if (end < 0) return -1;
      this.#note(begin, end, role);
      state = automaton.resume(number);
      table = automaton.table;
      i = until === 'quote' ? end + 1 : end;
    }
  }

  /**
   * Reads two lines at once, up to the first byte at which there is something to do in either. A look-up has to wait for the one before; with
   * two lines the processor has something to do meanwhile, which nearly doubles the speed. Returns how many bytes of each were read; `states`
   * holds where they led.
   */
  pair(bytes: Uint8Array, first: number, second: number, length: number): number {
    const { table, start, columnOf } = this.#automaton;
    let one = start;
    let two = start;
    let i = 0;
    while (i < length) {
      const nextOne = table[one + columnOf[bytes[first + i]!]!]!;
      const nextTwo = table[two + columnOf[bytes[second + i]!]!]!;
      if ((nextOne | nextTwo) < 0) break;
      one = nextOne;
      two = nextTwo;
      i++;
    }
    this.states[0] = one;
    this.states[1] = two;
    return i;
  }

  /** Notes an open part. One that was noted within it, before it turned out to be open as a whole, is part of it. */
  #note(begin: number, end: number, role: number): void {
    const { open } = this;
    while (open.length > 0 && open[open.length - 3]! >= begin) open.length -= 3;
    open.push(begin, end, role);
  }
}

/**
 * Where the part began that turned out to be open at `at`. Its content so far was closed, and so without quotes and escapes: the nearest quote, or
 * escaped line break, is what it began behind.
 */
function partBegin(bytes: Uint8Array, at: number, until: Until): number {
  if (until === 'token') return at;
  for (let i = at - 1; ; i--) {
    if (bytes[i] === QUOTE) return i + 1;
    if (bytes[i] === BACKSLASH) return i + 2;
  }
}

/** The quote, the escaped line break or, for a word, the space or backslash that ends the part, or -1. */
function partEnd(bytes: Uint8Array, from: number, to: number, isWord: boolean): number {
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE || (isWord && byte === SPACE)) return i;
    if (byte !== BACKSLASH) continue;
    const escaped = bytes[i + 1];
    if (isWord || escaped === LETTER_N || escaped === LETTER_R) return i;
    i++;
  }
  return -1;
}

/** The closing quote of the string whose content `from` is in, or -1. */
function stringEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let quote = bytes.indexOf(QUOTE, from); quote >= 0 && quote < to; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let first = quote;
    while (first > from && bytes[first - 1] === BACKSLASH) first--;
    if ((quote - first) % 2 === 0) return quote;
  }
  return -1;
}
