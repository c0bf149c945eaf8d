import { ACCEPT, type Automaton, DEAD, FIRST_OPEN, ROW, UNKNOWN } from './automaton.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;

/** Reads lines of a language and notes their open strings. One scanner serves any number of sessions, one line at a time. */
export class Scanner {
  readonly #automaton: Automaton;
  /** Of the line scanned last, three numbers an open string: where its content begins and ends, and its role. */
  readonly open: number[] = [];

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
  }

  /**
   * Reads the line that begins at `from`. Returns where it ends (its line feed, or `to`) when it belongs to the language and
   * -1 when not. The open strings are in `open`; whether they are valid JSON and UTF-8 is for their reader to see.
   */
  scan(bytes: Uint8Array, from: number, to: number): number {
    const automaton = this.#automaton;
    if (this.open.length > 0) this.open.length = 0;
    let table = automaton.table;
    let state = automaton.start;
    let i = from;
    for (;;) {
      let next = ROW;
      // All the time is spent here: nothing in this loop but the look-up.
      while (i < to) {
        next = table[state + bytes[i]!]!;
        if (next < ROW) break;
        state = next;
        i++;
      }
      if (i >= to) next = table[state + NEWLINE]!;
      if (next === UNKNOWN) {
        next = automaton.step(state, i < to ? bytes[i]! : NEWLINE);
        table = automaton.table;
        if (next >= ROW) continue;
      }
      if (next === ACCEPT) return i;
      if (next === DEAD || i >= to) return -1;
      const string = next - FIRST_OPEN;
      const end = stringEnd(bytes, i, to);
      if (end < 0) return -1;
      // What was read of the string so far was closed content, so the nearest quote opened it.
      this.open.push(bytes.lastIndexOf(QUOTE, i - 1) + 1, end, automaton.role(string));
      state = automaton.resume(string);
      table = automaton.table;
      i = end + 1;
    }
  }
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
