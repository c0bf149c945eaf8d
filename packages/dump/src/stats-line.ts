import { ByteNames } from './byte-names.ts';
import { JsonTokens } from './json-tokens.ts';
import { statsTypeName } from './names.ts';
import { LISTED_IDS, StatsDelta } from './stats-delta.ts';
import { type ByteKeys, ID, SLOT_OFFSET, type StatsProperties, TYPE, UNREAD } from './stats-properties.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const NINE = 0x39;
const COLON = 0x3a;
const CLOSE_LIST = 0x5d;
const LOWER_N = 0x6e;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** `["g","`, with which a client begins the line of statistics. */
const BEGIN = [0x5b, 0x22, 0x67, 0x22, 0x2c, 0x22];

const NONE: readonly string[] = [];
const NOTHING = new Uint8Array(0);
/** These ids are not made again for each line. */
const IDS = Array.from({ length: LISTED_IDS }, (_, id) => String(id));
/** Events with more ids that are not numbers are left to JSON.parse. */
const MAX_TEXT_IDS = 64;
/** Clients send one at most. */
const MAX_EXTRA = 4;
/** JavaScript sorts keys that look like an array index, which have at most ten digits. */
const INDEX = /^(?:0|[1-9]\d{0,9})$/;

/**
 * Reads the line of a getStats event from its bytes, without the objects of JSON.parse: their keys are numbers with
 * large gaps, so making and visiting them takes most of the time of an analysis.
 *
 * It reads lines only in the form in which clients write them: ASCII, without white space and escapes, with each key
 * once, and with ids that are numbers first and ascending. For all others, valid or not, `read` returns false; then
 * parse the line and pass its value to `delta.read`, which has the same result for lines of either form.
 */
export class StatsLine {
  /** The changes in the last line. */
  readonly delta: StatsDelta;
  /** The id of its connection. */
  scope = '';
  /** Further elements, which are strings. */
  extra: readonly string[] = NONE;
  /** The last element: milliseconds since the previous event, or since the epoch. */
  elapsed = 0;
  readonly #tokens = new JsonTokens();
  readonly #names = new ByteNames();
  readonly #keys: ByteKeys;
  /** The report in which each slot was seen last, because a report that has a key twice is left to JSON.parse. */
  readonly #seen: Int32Array;
  #report = 0;
  readonly #textIds: string[] = [];
  #bytes: Uint8Array = NOTHING;
  #from = 0;
  #to = 0;

  /** @param properties a fixed list, without `timestamp` */
  constructor(properties: StatsProperties) {
    this.delta = new StatsDelta(properties);
    this.#keys = properties.byteKeys;
    this.#seen = new Int32Array(properties.names.length + SLOT_OFFSET);
  }

  /** The bytes of the last line that was read. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(this.#from, this.#to);
  }

  /** Reads a line. Returns whether that was possible. */
  read(bytes: Uint8Array): boolean {
    const { length } = bytes;
    // Nothing that is read goes beyond this byte.
    return length > 0 && bytes[length - 1] === CLOSE_LIST && this.readAt(bytes, 0) === length;
  }

  /**
   * Reads a line that begins at `start`. Its last byte, or one behind it, must be a closing bracket or a line break,
   * beyond which nothing is read. Returns the position behind the line, or -1.
   */
  readAt(bytes: Uint8Array, start: number): number {
    for (let at = 0; at < BEGIN.length; at++) if (bytes[start + at] !== BEGIN[at]) return -1;
    const tokens = this.#tokens;
    const begin = start + BEGIN.length;
    const end = tokens.string(bytes, begin);
    if (end < 0 || bytes[end + 1] !== COMMA || bytes[end + 2] !== OPEN) return -1;
    this.scope = this.#names.textOf(bytes, begin, end, tokens.hash);
    this.delta.clear();
    let at = this.#extra(bytes, this.#reports(bytes, end + 3));
    if (at < 0 || bytes[at] !== COMMA) return -1;
    at = tokens.number(bytes, at + 1);
    this.elapsed = tokens.value;
    if (at < 0 || bytes[at] !== CLOSE_LIST) return -1;
    this.#bytes = bytes;
    this.#from = start;
    this.#to = at + 1;
    return at + 1;
  }

  /** Reads the strings between the value and the last element. */
  #extra(bytes: Uint8Array, start: number): number {
    this.extra = NONE;
    let at = start;
    while (at >= 0 && bytes[at] === COMMA && bytes[at + 1] === QUOTE) {
      if (this.extra.length === MAX_EXTRA) return -1;
      at = this.#tokens.other(bytes, at + 1, true);
      if (at >= 0) this.extra = [...this.extra, this.#tokens.otherValue as string];
    }
    return at;
  }

  /** Reads the members of the value. This and the methods below return the position behind what they read, or -1. */
  #reports(bytes: Uint8Array, start: number): number {
    if (bytes[start] === CLOSE) return start + 1;
    this.#textIds.length = 0;
    let number = -1;
    for (let at = start; ; at++) {
      if (bytes[at] !== QUOTE) return -1;
      let end = this.#tokens.code(bytes, at + 1);
      if (end < 0) end = this.#tokens.string(bytes, at + 1);
      if (end < 0) return -1;
      const { digits } = this.#tokens;
      let id: string;
      let numericId = -1;
      if (digits >= 0) {
        if (digits <= number || this.#textIds.length > 0) return -1;
        number = digits;
        if (digits < LISTED_IDS) numericId = digits;
        id = numericId < 0 ? String(digits) : IDS[digits]!;
      } else {
        id = this.#names.textOf(bytes, at + 1, end, this.#tokens.hash);
        if (this.#textIds.length >= MAX_TEXT_IDS || this.#textIds.includes(id) || INDEX.test(id)) return -1;
        this.#textIds.push(id);
      }
      if (bytes[end + 1] !== COLON) return -1;
      at = this.#member(bytes, end + 2, id, numericId);
      if (at < 0) return -1;
      if (bytes[at] === CLOSE) return at + 1;
      if (bytes[at] !== COMMA) return -1;
    }
  }

  /** A report, null, or a value that is not a report, such as the timestamp. */
  #member(bytes: Uint8Array, at: number, id: string, numericId: number): number {
    const byte = bytes[at]!;
    if (byte === OPEN) return this.#properties(bytes, at + 1, id, numericId);
    if (byte > NINE || byte === QUOTE) {
      if (byte === LOWER_N) this.delta.removedReport(id);
      return this.#tokens.other(bytes, at, false);
    }
    if (id !== 't') return this.#tokens.skipNumber(bytes, at);
    const end = this.#tokens.number(bytes, at);
    this.delta.timestamp = this.#tokens.value;
    return end;
  }

  #properties(bytes: Uint8Array, start: number, id: string, numericId: number): number {
    const { delta } = this;
    const tokens = this.#tokens;
    const seen = this.#seen;
    const { slotsOfCodes } = this.#keys;
    let type: string | undefined;
    delta.beginReport();
    this.#report = (this.#report + 1) | 0;
    const report = this.#report;
    let at = start;
    if (bytes[at] !== CLOSE) {
      for (; ; at++) {
        if (bytes[at] !== QUOTE) return -1;
        let end = tokens.code(bytes, at + 1);
        let slot: number;
        if (end >= 0) slot = slotsOfCodes[tokens.digits]!;
        else {
          end = tokens.string(bytes, at + 1);
          if (end < 0) return -1;
          slot = this.#slotOf(bytes, at + 1, end);
        }
        if (bytes[end + 1] !== COLON) return -1;
        at = end + 2;
        const byte = bytes[at]!;
        const isNumber = byte <= NINE && byte >= MINUS;
        if (slot === UNREAD) {
          at = isNumber ? tokens.skipNumber(bytes, at) : tokens.other(bytes, at, false);
          if (at < 0) return -1;
        } else {
          // Full statistics have the id in each report; clients do not send it.
          if (slot === ID || seen[slot + SLOT_OFFSET] === report) return -1;
          seen[slot + SLOT_OFFSET] = report;
          at = isNumber ? tokens.number(bytes, at) : tokens.other(bytes, at, true);
          if (at < 0) return -1;
          if (slot >= 0) {
            if (isNumber && Number.isFinite(tokens.value)) delta.pushFirst(slot, tokens.result);
            else delta.pushOther(slot, isNumber ? tokens.value : tokens.otherValue);
          } else if (slot === TYPE) {
            const value = isNumber ? tokens.value : tokens.otherValue;
            if (isNumber || typeof value === 'string') type = statsTypeName(value as string | number);
          } else if (isNumber) delta.timestamps[delta.reports] = tokens.value;
        }
        if (bytes[at] === CLOSE) break;
        if (bytes[at] !== COMMA) return -1;
      }
    }
    delta.endReport(id, false, type, numericId);
    return at + 1;
  }

  #slotOf(bytes: Uint8Array, from: number, to: number): number {
    const { digits, hash } = this.#tokens;
    const { slotsOfCodes, names } = this.#keys;
    if (digits >= 0) return slotsOfCodes[digits] ?? UNREAD;
    const slot = names.valueOf(bytes, from, to, hash);
    return slot < 0 ? UNREAD : slot - SLOT_OFFSET;
  }
}
