import { isUtf8 } from 'node:buffer';

/** The first byte of a frame that is a whole text message: FIN, no extension, opcode 1 (RFC 6455, 5.2). */
const WHOLE_TEXT = 0x81;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
/** Bytes of a header, including the mask. */
const SHORT_HEADER = 6;
const LONG_HEADER = 8;
const MASK_BYTES = 4;
const WORD_BYTES = 4;

/** Memory that sockets are read into, viewed as bytes and as 32-bit words. */
export interface ReadBuffer {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
}

/** @param length a multiple of four */
export function readBuffer(length: number): ReadBuffer {
  // Not from Node.js's pool, because words have to begin at a multiple of four.
  const bytes = Buffer.allocUnsafeSlow(length);
  return { bytes, words: new Uint32Array(bytes.buffer, bytes.byteOffset, length / WORD_BYTES) };
}

/**
 * A copy outside Node.js's buffer pool. In the pool, a single retained byte would keep 64 KiB alive, which the limit
 * `unfinishedBytes` would not count.
 */
export function copyOf(bytes: Buffer, from: number, to: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(to - from);
  bytes.copy(copy, 0, from, to);
  return copy;
}

/** Where in the buffer a message is. */
export interface TextFrame {
  start: number;
  end: number;
}

/**
 * The length, with header, of the frame that begins at `at`, if it is a whole text message of less than 64 KiB without
 * anything unusual; the frame itself may be incomplete. 0 if it is something else, or if too few bytes are here to
 * tell.
 */
export function textFrameLength(bytes: Buffer, at: number, to: number): number {
  if (to - at < LONG_HEADER - MASK_BYTES || bytes[at] !== WHOLE_TEXT) return 0;
  const length = bytes[at + 1]! - MASKED;
  if (length < 0 || length === LENGTH_64) return 0;
  return length < LENGTH_16 ? SHORT_HEADER + length : LONG_HEADER + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
}

/**
 * Whether a complete text frame with at most `maxBytes` of content begins at `at`. If so, it is unmasked in place and
 * `frame` says where it is. Otherwise the bytes stay as they are, for a reader that implements all of RFC 6455.
 *
 * @param to the end of what was read, exclusive
 */
export function takeTextFrame(buffer: ReadBuffer, at: number, to: number, maxBytes: number, frame: TextFrame): boolean {
  const { bytes } = buffer;
  const length = textFrameLength(bytes, at, to);
  const end = at + length;
  if (length === 0 || end > to) return false;
  const start = at + (bytes[at + 1]! - MASKED === LENGTH_16 ? LONG_HEADER : SHORT_HEADER);
  if (end - start > maxBytes) return false;
  unmask(buffer, start, end);
  if (!isUtf8(bytes.subarray(start, end))) {
    // XOR is its own inverse: restore the masked bytes.
    unmask(buffer, start, end);
    return false;
  }
  frame.start = start;
  frame.end = end;
  return true;
}

/** Two views of the same bytes, so that the result does not depend on the machine's byte order. */
const maskBytes = new Uint8Array(WORD_BYTES);
const maskWord = new Uint32Array(maskBytes.buffer);

/**
 * RFC 6455, 5.3; the mask precedes `start`. Works on four bytes at a time, because it touches every byte that is
 * received.
 */
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
