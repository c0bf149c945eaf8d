import { isUtf8 } from 'node:buffer';

/** The first byte of a frame that is a whole text message: FIN, no extension, opcode 1 (RFC 6455, 5.2). */
const WHOLE_TEXT = 0x81;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MASK_BYTES = 4;
const WORD_BYTES = 4;

/** Read on the same bytes, so that it does not matter which of them comes first in a number. */
const maskBytes = new Uint8Array(WORD_BYTES);
const maskWord = new Uint32Array(maskBytes.buffer);

/** Where a message lies in what was read. */
export interface TextFrame {
  start: number;
  end: number;
}

/**
 * Whether a whole text frame of at most `most` bytes begins at `at`: one message, nothing missing, nothing irregular. It is unmasked
 * where it lies and `frame` says where. Anything else is left as it is, for a reader that knows all of RFC 6455.
 *
 * @param bytes begins at a multiple of four in its ArrayBuffer
 * @param to behind the last byte that was read
 */
export function takeTextFrame(bytes: Buffer, at: number, to: number, most: number, frame: TextFrame): boolean {
  if (to - at < 2 + MASK_BYTES || bytes[at] !== WHOLE_TEXT) return false;
  const second = bytes[at + 1]!;
  if (second < MASKED || second === (MASKED | LENGTH_64)) return false;
  let length = second - MASKED;
  let mask = at + 2;
  if (length === LENGTH_16) {
    length = (bytes[mask]! << 8) | bytes[mask + 1]!;
    mask += 2;
  }
  const start = mask + MASK_BYTES;
  const end = start + length;
  if (end > to || length > most) return false;
  unmask(bytes, mask, start, end);
  if (!isUtf8(bytes.subarray(start, end))) {
    // The same again is what it was.
    unmask(bytes, mask, start, end);
    return false;
  }
  frame.start = start;
  frame.end = end;
  return true;
}

/** RFC 6455, 5.3. Four bytes at a time, as there is nothing else that is done to every byte so often. */
function unmask(bytes: Buffer, mask: number, start: number, end: number): void {
  let at = start;
  for (; at < end && at % WORD_BYTES !== 0; at++) bytes[at]! ^= bytes[mask + ((at - start) & 3)]!;
  for (let i = 0; i < WORD_BYTES; i++) maskBytes[i] = bytes[mask + ((at - start + i) & 3)]!;
  const words = wordsOf(bytes);
  const key = maskWord[0]!;
  const lastWord = end >>> 2;
  for (let word = at >>> 2; word < lastWord; word++) words[word]! ^= key;
  for (at = Math.max(at, lastWord * WORD_BYTES); at < end; at++) bytes[at]! ^= bytes[mask + ((at - start) & 3)]!;
}

let lastBytes: Buffer | undefined;
let lastWords: Uint32Array = new Uint32Array();

/** There is one buffer that everything is read into. */
function wordsOf(bytes: Buffer): Uint32Array {
  if (lastBytes !== bytes) {
    lastWords = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    lastBytes = bytes;
  }
  return lastWords;
}
