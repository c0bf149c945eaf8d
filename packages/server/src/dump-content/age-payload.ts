import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { DumpError } from '@rtcstats-server/dump';

/**
 * The payload of an age file (https://c2sp.org/age, "Payload"): a nonce, then chunks that are sealed one by one with
 * ChaCha20-Poly1305 (RFC 8439). It is done by OpenSSL here, because the same in JavaScript (`age-encryption`) takes
 * tens of times as long, in the event loop. Headers are made and read by that package.
 */

/** Bytes of plain text in each chunk but the last. */
const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES;
const NONCE_BYTES = 16;
const CIPHER = 'chacha20-poly1305';

/**
 * Seals a stream of bytes. Memory does not grow with its size.
 *
 * @param fileKey the key that the header of the file wraps, 16 bytes
 */
export async function* sealed(plain: AsyncIterable<Uint8Array>, fileKey: Uint8Array): AsyncGenerator<Uint8Array, void> {
  const nonce = randomBytes(NONCE_BYTES);
  yield nonce;
  const cipher = new ChunkCipher(fileKey, nonce);
  // A full chunk may be the last one, so it is sealed when more follows.
  for await (const { bytes, isLast } of pieces(plain, CHUNK_BYTES)) yield cipher.seal(bytes, isLast);
}

/**
 * Opens a payload. Each chunk is checked before it is passed on.
 *
 * @throws DumpError DUMP_TRUNCATED or DUMP_DAMAGED
 */
export async function* opened(
  payload: AsyncIterable<Uint8Array>,
  fileKey: Uint8Array,
): AsyncGenerator<Uint8Array, void> {
  let cipher: ChunkCipher | undefined;
  const start = new Uint8Array(NONCE_BYTES);
  let filled = 0;
  async function* afterNonce(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of payload) {
      const part = chunk.subarray(0, NONCE_BYTES - filled);
      start.set(part, filled);
      filled += part.length;
      if (part.length < chunk.length) yield chunk.subarray(part.length);
    }
  }
  for await (const { bytes, isLast } of pieces(afterNonce(), SEALED_BYTES)) {
    if (bytes.length < TAG_BYTES) throw truncated();
    cipher ??= new ChunkCipher(fileKey, start);
    const plain = cipher.open(bytes, isLast);
    if (plain.length > 0) yield plain;
  }
}

/** Cuts a stream into pieces of a size; the last one, which may be empty, is smaller or as large. */
async function* pieces(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly isLast: boolean }, void> {
  let piece = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; ) {
      if (filled === size) {
        yield { bytes: piece, isLast: false };
        piece = new Uint8Array(size);
        filled = 0;
      }
      const part = chunk.subarray(start, start + size - filled);
      piece.set(part, filled);
      filled += part.length;
      start += part.length;
    }
  }
  yield { bytes: piece.subarray(0, filled), isLast: true };
}

/** Seals or opens the chunks of one payload in their order. */
class ChunkCipher {
  readonly #key: Uint8Array;
  /** 11 bytes of a counter, big-endian, and one that is 1 for the last chunk. */
  readonly #nonce = Buffer.alloc(12);
  #chunks = 0;

  constructor(fileKey: Uint8Array, nonce: Uint8Array) {
    this.#key = new Uint8Array(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
  }

  seal(plain: Uint8Array, isLast: boolean): Uint8Array {
    const cipher = createCipheriv(CIPHER, this.#key, this.#next(isLast), { authTagLength: TAG_BYTES });
    const bytes = cipher.update(plain);
    cipher.final();
    return Buffer.concat([bytes, cipher.getAuthTag()]);
  }

  open(bytes: Uint8Array, isLast: boolean): Uint8Array {
    const tagStart = bytes.length - TAG_BYTES;
    // Only an empty file ends with an empty chunk.
    if (tagStart === 0 && this.#chunks > 0) throw truncated();
    const decipher = createDecipheriv(CIPHER, this.#key, this.#next(isLast), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(tagStart));
    const plain = decipher.update(bytes.subarray(0, tagStart));
    try {
      decipher.final();
    } catch {
      // A file that ends after a chunk, or in one, ends with a chunk that does not open as the last.
      throw isLast ? truncated() : new DumpError('DUMP_DAMAGED', 'its encrypted content was changed');
    }
    return plain;
  }

  #next(isLast: boolean): Uint8Array {
    this.#nonce.writeUIntBE(this.#chunks++, 5, 6);
    this.#nonce[11] = isLast ? 1 : 0;
    return this.#nonce;
  }
}

function truncated(): DumpError {
  return new DumpError('DUMP_TRUNCATED', 'its encrypted content is incomplete or was changed');
}
