/**
 * Fast path of the anonymizer. The scanner runs the automaton over the raw bytes of a line, without decoding or parsing
 * JSON. The result is either "this line matches the grammar, and these byte ranges need to be inspected" or "no match".
 * Matched lines with no such range are stored unchanged; for the others only the ranges are decoded, redacted and
 * spliced. Lines that do not match take the slow path (`EventRewriter.event`), which parses the JSON and gives the same
 * result. Most of what browsers send matches, so this loop determines the throughput of a gateway.
 *
 *  ["g","PC_0",{"I1":{"134":"203.0.113.5","135":50000}},1]\n
 *  ^ from                    ^          ^                 ^
 *                            begin      end of the part   to; `end` too, because the line matches
 *
 *  open = [begin, end, role "address"]
 */

import { ACCEPT, type Automaton, DEAD, openPart, UNKNOWN } from './automaton.ts';
import type { Until } from './expression.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
const SPACE = 32;
const LETTER_N = 110;
const LETTER_R = 114;

/** `ScannedLine.end` of a line that does not match the grammar. */
const NONE = -1;

/** A line and the scanner's progress in it. */
export class ScannedLine {
  from = 0;
  /** The exclusive end of the line: its line feed, or the end of the bytes. */
  to = 0;
  /** Equal to `to` or before it when the line matches the grammar, otherwise -1. */
  end = NONE;
  /**
   * Three numbers per open part, in order of position: begin, end (exclusive) and role. The parts are not validated:
   * the reader has to check that they are valid JSON string content and UTF-8.
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

/** Lines per call of `batch`. */
const BATCH = 64;

/**
 * Matches lines against a grammar and collects their open parts. Stateless between calls, so that one scanner serves
 * all sessions.
 */
export class Scanner {
  readonly #automaton: Automaton;
  readonly #line = new ScannedLine();
  readonly #batch = Array.from({ length: BATCH }, () => new ScannedLine());

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
  }

  /** Scans the line that begins at `from`. The result is reused by the next call. */
  scan(bytes: Uint8Array, from: number, to: number): ScannedLine {
    const line = this.#line;
    line.begin(from, to, this.#automaton.start);
    this.#finish(bytes, line);
    return line;
  }

  /**
   * Scans up to `BATCH` lines from `from` on; each ends with a line feed, except that the last line of the bytes may
   * lack it. Every table look-up depends on the previous one, so a single line leaves the processor waiting for memory;
   * scanning two lines interleaved doubles the speed. The result is reused by the next call.
   */
  batch(bytes: Uint8Array, from: number): readonly ScannedLine[] {
    const { start } = this.#automaton;
    const batch = this.#batch;
    // Not a Buffer of Node.js, whose search costs several times as much for short lines.
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    let count = 0;
    for (let begin = from; begin < bytes.length && count < BATCH; count++) {
      const feed = plain.indexOf(NEWLINE, begin);
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

  /** Advances to the first byte whose table entry is not a state. */
  #read(bytes: Uint8Array, line: ScannedLine): void {
    const { table, columnOf } = this.#automaton;
    const { to } = line;
    let { at, state } = line;
    // Hot loop, like the one in `#readBoth`: keep it to the look-up.
    while (at < to) {
      const next = table[state + columnOf[bytes[at]!]!]!;
      if (next < 0) break;
      state = next;
      at++;
    }
    line.at = at;
    line.state = state;
  }

  /** Advances both lines by the same number of bytes, until either needs a decision. */
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

  /** Handles the byte at which `#read` stopped. Returns whether the line is finished. */
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

/** Adds an open part. It replaces parts added inside it before the whole was found to be open. */
function note(open: number[], begin: number, end: number, role: number): void {
  while (open.length > 0 && open[open.length - 3]! >= begin) open.length -= 3;
  open.push(begin, end, role);
}

/**
 * The begin of the part that was found to be open at `at`. The content up to `at` is closed, and closed content has no
 * quotes or escapes, so the part begins after the nearest quote or escaped line break or, for a token, after the
 * nearest space.
 */
function partBegin(bytes: Uint8Array, at: number, until: Until): number {
  for (let i = at - 1; ; i--) {
    if (bytes[i] === QUOTE || (until === 'token' && bytes[i] === SPACE)) return i + 1;
    if (bytes[i] === BACKSLASH) return i + 2;
  }
}

/**
 * The position of the quote, the escaped line break or, for a token, the space or backslash that ends the part; -1 if
 * there is none.
 */
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

/** The position of the closing quote of the string that `from` is in; -1 if there is none. */
function stringEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let quote = bytes.indexOf(QUOTE, from); quote >= 0 && quote < to; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let first = quote;
    while (first > from && bytes[first - 1] === BACKSLASH) first--;
    if ((quote - first) % 2 === 0) return quote;
  }
  return -1;
}

/** Redacting an open part takes about as long as searching this many bytes. */
const BYTES_PER_PART = 32;

/** The bytes of a line that have to be searched. The number of parts counts too: each takes time of its own. */
export function openBytes({ open }: ScannedLine): number {
  let bytes = 0;
  for (let i = 0; i < open.length; i += 3) bytes += open[i + 1]! - open[i]! + BYTES_PER_PART;
  return bytes;
}
