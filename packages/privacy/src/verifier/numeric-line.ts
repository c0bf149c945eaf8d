/**
 * Fast path of the verifier. Most bytes of a dump are getStats messages that consist of numbers. This state machine
 * recognizes such lines by their bytes, many times faster than JsonWalk and the detectors. It accepts a line only if no
 * detector could find anything in it, read as JSON or as plain text: names are property codes or words of a fixed list,
 * numbers have at most one dot, and strings occur only where no label, address or URL can be, and are short numbers or
 * words. It does not check that brackets match, which is irrelevant for this.
 */

/** Names of getStats that are not compressed to codes, and ids that Chromium gives to single reports. */
const WORDS = (
  't type none cpu bandwidth other AP P timestamp readable selected cpuState packetsSentWithEct1 packetsReceivedWithEct1 ' +
  'packetsReceivedWithCe packetsReportedAsLost packetsReportedAsLostButRecovered packetsWithBleachedEct1Marking ' +
  'ccfbMessagesSent ccfbMessagesReceived psnrMeasurements psnrSum y u v'
).split(' ');
/**
 * Codes of properties whose strings are ids of other reports, counters or constants of the specification. Not included:
 * 115 (label), 134, 138 and 141 (addresses and URLs), 140 (foundation), 143 (user name fragment), 9 (free text), 165
 * (certificate).
 */
const TEXT_PROPERTIES = (
  '5 6 11 12 18 19 61 62 66 67 74 81 82 95 98 101 116 118 121 123 124 125 126 127 128 129 130 131 133 136 139 144 145 ' +
  '148 149 166'
).split(' ');
const HEADS = ['["g","PC_', '["getStats","PC_', '[1,"PC_'];
/** Maximum digits of a name: property codes and numeric report ids. */
const NAME_DIGITS = 4;
/** Maximum digits in a row in a word: fewer than phone and card numbers have. */
const WORD_DIGITS = 4;
/** Maximum digits of a number written as a string: SSRCs have ten, payment cards thirteen. */
const TEXT_DIGITS = 11;

const REJECT = 0;
const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

const HEAD_BYTES = HEADS.map((head) => Uint8Array.from(head, (unit) => unit.charCodeAt(0)));
/** Bytes that no state distinguishes share a column, so that the table fits into the L1 cache. */
const COLUMNS = new Uint8Array(256);
const WIDTH = 128;
const rows: Uint16Array[] = [];
const START = buildStates();
const TABLE = new Uint16Array(rows.length * WIDTH);
for (const [index, row] of rows.entries()) TABLE.set(row, index * WIDTH);

/** Whether the line in `bytes[start, end)` certainly has no personal data. False means unknown. */
export function isNumericLine(bytes: Uint8Array, start: number, end: number): boolean {
  let at = afterHead(bytes, start, end);
  if (at < 0) return false;
  let state = START;
  for (; at < end; at++) {
    state = TABLE[state + COLUMNS[bytes[at]!]!]!;
    if (state === REJECT) return false;
  }
  return true;
}

/** The position after `["g","PC_12"`, or -1. */
function afterHead(bytes: Uint8Array, start: number, end: number): number {
  for (const head of HEAD_BYTES) {
    let at = 0;
    while (at < head.length && bytes[start + at] === head[at]) at++;
    if (at < head.length) continue;
    at += start;
    const digits = at;
    while (at < end && at - digits < NAME_DIGITS && bytes[at]! >= 48 && bytes[at]! <= 57) at++;
    return at > digits && bytes[at] === 34 ? at + 1 : -1;
  }
  return -1;
}

/** Adds a state. A state is its row number times the row width, so that a step needs no multiplication. */
function add(): number {
  rows.push(new Uint16Array(WIDTH));
  return (rows.length - 1) * WIDTH;
}

function link(state: number, characters: string, to: number): void {
  for (const character of characters) rows[state / WIDTH]![column(character)] = to;
}

function next(state: number, character: string): number {
  const known = rows[state / WIDTH]![column(character)]!;
  if (known !== REJECT) return known;
  const made = add();
  link(state, character, made);
  return made;
}

function spell(state: number, word: string): number {
  let at = state;
  for (const character of word) at = next(at, character);
  return at;
}

/** Assigns a column to a character: its ASCII code. Column 0 is for bytes that no state accepts. */
function column(character: string): number {
  const code = character.charCodeAt(0);
  COLUMNS[code] = code;
  return code;
}

function buildStates(): number {
  add(); // REJECT
  const ended = add();
  const open = add();
  link(ended, ',', open);
  link(ended, ']}', ended);
  link(open, '{[', open);
  link(open, ']}', ended);
  buildNumbers(open, ended);
  for (const literal of ['null', 'true', 'false']) link(spell(open, literal.slice(0, -1)), literal.at(-1)!, ended);

  const quote = next(open, '"');
  const beforeNumber = add(); // the colon after a name whose value is not a string
  link(beforeNumber, ':', open);
  const text = add();
  const beforeText = add();
  link(beforeText, ':', text);
  buildNumbers(text, ended);
  link(text, '{[', open);
  for (const literal of ['null', 'true', 'false']) link(spell(text, literal.slice(0, -1)), literal.at(-1)!, ended);
  link(text, '"', buildText(ended));

  for (const property of TEXT_PROPERTIES) link(spell(quote, property), '"', beforeText);
  for (const word of WORDS) link(spell(quote, word), '"', beforeNumber);
  buildNames(quote, beforeNumber);
  return ended;
}

/** Names of up to `NAME_DIGITS` digits. Names that were spelled out before keep their states. */
function buildNames(quote: number, beforeNumber: number): void {
  const counted = Array.from({ length: NAME_DIGITS }, add);
  for (const [index, state] of counted.entries()) {
    link(state, '"', beforeNumber);
    if (index + 1 < NAME_DIGITS) link(state, DIGITS, counted[index + 1]!);
  }
  const complete = (state: number, length: number) => {
    for (const digit of DIGITS) {
      const spelled = rows[state / WIDTH]![column(digit)]!;
      if (spelled === REJECT) {
        if (length < NAME_DIGITS) link(state, digit, counted[length]!);
      } else {
        complete(spelled, length + 1);
        if (rows[spelled / WIDTH]![column('"')] === REJECT) link(spelled, '"', beforeNumber);
      }
    }
  };
  complete(quote, 0);
}

function buildNumbers(from: number, ended: number): void {
  const [minus, whole, dot, fraction, exponent, sign, power] = [
    add(),
    add(),
    add(),
    add(),
    add(),
    add(),
    add(),
  ] as const;
  const open = rows[ended / WIDTH]![column(',')]!;
  link(from, '-', minus);
  link(from, DIGITS, whole);
  link(minus, DIGITS, whole);
  link(whole, DIGITS, whole);
  link(whole, '.', dot);
  link(dot, DIGITS, fraction);
  link(fraction, DIGITS, fraction);
  link(whole, 'eE', exponent);
  link(fraction, 'eE', exponent);
  link(exponent, '+-', sign);
  link(exponent, DIGITS, power);
  link(sign, DIGITS, power);
  link(power, DIGITS, power);
  for (const state of [whole, fraction, power]) {
    link(state, ',', open);
    link(state, ']}', ended);
  }
}

/** The content of a string: a word, or comma-separated integers without leading zeros (which phone numbers have). */
function buildText(ended: number): number {
  const start = add();
  const word = add();
  link(start, '"', ended);
  link(start, LETTERS, word);
  link(word, `${LETTERS}_/`, word);
  link(word, '"', ended);
  let run = word;
  for (let count = 0; count < WORD_DIGITS; count++) {
    const after = add();
    link(run, DIGITS, after);
    link(after, `${LETTERS}_/`, word);
    link(after, '"', ended);
    run = after;
  }
  const number = add();
  const minus = add();
  const zero = add();
  for (const from of [start, number]) {
    link(from, '-', minus);
    link(from, '0', zero);
  }
  link(minus, '0', zero);
  let digits = add();
  for (const from of [start, number, minus]) link(from, '123456789', digits);
  for (let count = 1; count < TEXT_DIGITS; count++) {
    link(digits, ',', number);
    link(digits, '"', ended);
    const after = add();
    link(digits, DIGITS, after);
    digits = after;
  }
  for (const state of [digits, zero]) {
    link(state, ',', number);
    link(state, '"', ended);
  }
  return start;
}
