import { ACCEPT, type Automaton, DEAD, openPart, UNKNOWN } from './automaton.ts';
import type { Until } from './expression.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
const SPACE = 32;
const LETTER_N = 110;
const LETTER_R = 114;

/** Where the end of a line that does not belong to the language would be. */
const NONE = -1;

/** A line, and how far it was read. */
export class ScannedLine {
  from = 0;
  /** Behind its last byte. */
  to = 0;
  /** Where it ends (its line feed, or `to`) when it belongs to the language, else -1. */
  end = NONE;
  /**
   * Three numbers an open part, in order: where its content begins and ends, and its role. Whether they are valid JSON and UTF-8 is for their
   * reader to see.
   */
  readonly open: number[] = [];
  at = 0;
  state = 0;

  begin(from: number, to: number, state: number): void {
    this.from = from;
    this.to = to;
    this.end = NONE;
    if (this.open.length > 0) this.open.length = 0;
    this.at = from;
    this.state = state;
  }
}

/** Lines that are read at a time. */
const BATCH = 64;

/** Reads lines of a language and notes their open parts. One scanner serves any number of sessions, a line or a batch at a time. */
export class Scanner {
  readonly #automaton: Automaton;
  readonly #line = new ScannedLine();
  readonly #batch = Array.from({ length: BATCH }, () => new ScannedLine());

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
  }

  /** Reads the line that begins at `from`. The result is good until the next. */
  scan(bytes: Uint8Array, from: number, to: number): ScannedLine {
    const line = this.#line;
    line.begin(from, to, this.#automaton.start);
    this.#finish(bytes, line);
    return line;
  }

  /**
   * Reads some lines, each with its line feed but for the last of the bytes, from `from` on. A look-up has to wait for the one before; with two lines at
   * once the processor has something to do meanwhile, which doubles the speed. The result is good until the next.
   */
  batch(bytes: Uint8Array, from: number): readonly ScannedLine[] {
    const { start } = this.#automaton;
    const batch = this.#batch;
    let count = 0;
    for (let begin = from; begin < bytes.length && count < BATCH; count++) {
      const feed = bytes.indexOf(NEWLINE, begin);
      const to = feed < 0 ? bytes.length : feed;
      batch[count]!.begin(begin, to, start);
      begin = to + 1;
    }
    let one: ScannedLine | undefined = count > 0 ? batch[0] : undefined;
    let two: ScannedLine | undefined = count > 1 ? batch[1] : undefined;
    let next = 2;
    while (one !== undefined && two !== undefined) {
      this.#readBoth(bytes, one, two);
      if (this.#decide(bytes, one)) one = next < count ? batch[next++] : undefined;
      if (this.#decide(bytes, two)) two = next < count ? batch[next++] : undefined;
    }
    const last = one ?? two;
    if (last !== undefined) this.#finish(bytes, last);
    return count === BATCH ? batch : batch.slice(0, count);
  }

  #finish(bytes: Uint8Array, line: ScannedLine): void {
    do this.#read(bytes, line);
    while (!this.#decide(bytes, line));
  }

  /** Reads up to the first byte at which there is something to do. */
  #read(bytes: Uint8Array, line: ScannedLine): void {
    const { table, columnOf } = this.#automaton;
    const { to } = line;
    let { at, state } = line;
    // All the time is spent here and in its twin: nothing in this loop but the look-up.
    while (at < to) {
      const next = table[state + columnOf[bytes[at]!]!]!;
      if (next < 0) break;
      state = next;
      at++;
    }
    line.at = at;
    line.state = state;
  }

  /** The same with two lines. */
  #readBoth(bytes: Uint8Array, one: ScannedLine, two: ScannedLine): void {
    const { table, columnOf } = this.#automaton;
    const first = one.at;
    const second = two.at;
    const length = Math.min(one.to - first, two.to - second);
    let stateOne = one.state;
    let stateTwo = two.state;
    let i = 0;
    while (i < length) {
      const nextOne = table[stateOne + columnOf[bytes[first + i]!]!]!;
      const nextTwo = table[stateTwo + columnOf[bytes[second + i]!]!]!;
      if ((nextOne | nextTwo) < 0) break;
      stateOne = nextOne;
      stateTwo = nextTwo;
      i++;
    }
    one.at = first + i;
    one.state = stateOne;
    two.at = second + i;
    two.state = stateTwo;
  }

  /** Does what there is to do where a line was read to. Returns whether that was the last. */
  #decide(bytes: Uint8Array, line: ScannedLine): boolean {
    const automaton = this.#automaton;
    const { at, to, state } = line;
    const byte = at < to ? bytes[at]! : NEWLINE;
    let next = automaton.table[state + automaton.columnOf[byte]!]!;
    if (next === UNKNOWN) next = automaton.step(state, byte);
    if (next === ACCEPT) line.end = at;
    if (next === ACCEPT || next === DEAD || at >= to) return true;
    if (next >= 0) {
      line.state = next;
      line.at++;
      return false;
    }
    const number = openPart(next);
    const { role, until, hasClosed } = automaton.part(number);
    const begin = hasClosed ? partBegin(bytes, at, until) : at;
    const end = until === 'quote' ? stringEnd(bytes, at, to) : partEnd(bytes, at, to, until === 'token');
    if (end < 0) return true;
    note(line.open, begin, end, role);
    line.state = automaton.resume(number);
    line.at = until === 'quote' ? end + 1 : end;
    return false;
  }
}

/** Notes an open part. One that was noted within it, before it turned out to be open as a whole, is part of it. */
function note(open: number[], begin: number, end: number, role: number): void {
  while (open.length > 0 && open[open.length - 3]! >= begin) open.length -= 3;
  open.push(begin, end, role);
}

/**
 * Where the part began that turned out to be open at `at`. Its content so far was closed, and so without quotes and escapes: the nearest quote, or
 * escaped line break, or for a word the nearest space, is what it began behind.
 */
function partBegin(bytes: Uint8Array, at: number, until: Until): number {
  for (let i = at - 1; ; i--) {
    if (bytes[i] === QUOTE || (until === 'token' && bytes[i] === SPACE)) return i + 1;
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
