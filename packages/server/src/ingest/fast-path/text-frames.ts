import { isUtf8 } from 'node:buffer';

/** The first byte of a frame that is a whole text message: FIN, no extension, opcode 1 (RFC 6455, 5.2). */
const WHOLE_TEXT = 0x81;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
/** With the mask. */
const SHORT_HEADER = 6;
const LONG_HEADER = 8;
const MASK_BYTES = 4;
const WORD_BYTES = 4;

/** Memory that sockets are read into, as bytes and as words. */
export interface ReadBuffer {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
}

/** `length`: a multiple of four. */
export function readBuffer(length: number): ReadBuffer {
  // Not out of a pool: words have to begin at a multiple of four.
  const bytes = Buffer.allocUnsafeSlow(length);
  return { bytes, words: new Uint32Array(bytes.buffer, bytes.byteOffset, length / WORD_BYTES) };
}

/** Bytes of their own, not out of Node.js's pool: 64 KiB of that would stay for the first byte of a message, and nothing would count them. */
export function copyOf(bytes: Buffer, from: number, to: number): Buffer {
  const own = Buffer.allocUnsafeSlow(to - from);
  bytes.copy(own, 0, from, to);
  return own;
}

/** Where a message lies in what was read. */
export interface TextFrame {
  start: number;
  end: number;
}

/**
 * How long, header and all, the frame is that begins at `at` when it is a whole text message, all there or not: nothing irregular, less than
 * 64 KiB. 0 when it is something else, or when too little of it is there to tell.
 */
export function textFrameLength(bytes: Buffer, at: number, to: number): number {
  if (to - at < LONG_HEADER - MASK_BYTES || bytes[at] !== WHOLE_TEXT) return 0;
  const length = bytes[at + 1]! - MASKED;
  if (length < 0 || length === LENGTH_64) return 0;
  return length < LENGTH_16 ? SHORT_HEADER + length : LONG_HEADER + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
}

/**
 * Whether a whole text frame of at most `most` bytes begins at `at` and is all there. It is unmasked where it lies and `frame` says where.
 * Anything else is left as it is, for a reader that knows all of RFC 6455.
 *
 * @param to behind the last byte that was read
 */
export function takeTextFrame(buffer: ReadBuffer, at: number, to: number, most: number, frame: TextFrame): boolean {
  const { bytes } = buffer;
  const length = textFrameLength(bytes, at, to);
  const end = at + length;
  if (length === 0 || end > to) return false;
  const start = at + (bytes[at + 1]! - MASKED === LENGTH_16 ? LONG_HEADER : SHORT_HEADER);
  if (end - start > most) return false;
  unmask(buffer, start, end);
  if (!isUtf8(bytes.subarray(start, end))) {
    // The same again is what it was.
    unmask(buffer, start, end);
    return false;
  }
  frame.start = start;
  frame.end = end;
  return true;
}

/** Read on the same bytes, so that it does not matter which of them comes first in a number. */
const maskBytes = new Uint8Array(WORD_BYTES);
const maskWord = new Uint32Array(maskBytes.buffer);

/** RFC 6455, 5.3; the mask stands in front. Four bytes at a time, as there is nothing else that is done to every byte so often. */
function unmask({ bytes, words }: ReadBuffer, start: number, end: number): void {
  const mask = start - MASK_BYTES;
  let at = start;
  for (; at < end && at % WORD_BYTES !== 0; at++) bytes[at]! ^= bytes[mask + ((at - start) & 3)]!;
  for (let i = 0; i < WORD_BYTES; i++) maskBytes[i] = bytes[mask + ((at - start + i) & 3)]!;
  const key = maskWord[0]!;
  const lastWord = end >>> 2;
  for (let word = at >>> 2; word < lastWord; word++) words[word]! ^= key;
  for (at = Math.max(at, lastWord * WORD_BYTES); at < end; at++) bytes[at]! ^= bytes[mask + ((at - start) & 3)]!;
}
