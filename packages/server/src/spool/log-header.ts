const LINE_FEED = 0x0a;
const SPACE = 0x20;
const DIGIT_ZERO = 0x30;

/**
 * Writes the header of an entry of the write-ahead log, and returns its end. Byte by byte, because encoding a string
 * costs several times as much, for every message.
 */
export function writeHeader(block: Buffer, from: number, id: string, offset: number, bytes: number): number {
  let at = from;
  for (let i = 0; i < id.length; i++) block[at++] = id.charCodeAt(i);
  block[at++] = SPACE;
  at = writeNumber(block, at, offset);
  block[at++] = SPACE;
  at = writeNumber(block, at, bytes);
  block[at++] = LINE_FEED;
  return at;
}

/** Writes a non-negative safe integer in decimal digits and returns their end. */
function writeNumber(block: Buffer, from: number, value: number): number {
  let end = from + 1;
  for (let power = 10; power <= value; power *= 10) end++;
  for (let i = end - 1, rest = value; i >= from; i--) {
    const tens = Math.floor(rest / 10);
    block[i] = DIGIT_ZERO + (rest - tens * 10);
    rest = tens;
  }
  return end;
}
