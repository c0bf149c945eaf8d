import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DumpError, peekBytes } from '@rtcstats-server/dump';
import { errorCode } from '../errors/error-code.ts';
import { ownedReadable } from './owned-readable.ts';

/**
 * The forms of a dump, from the inside out:
 *
 *     text      the lines of the dump
 *     packed    the text, compressed (compression.ts); the SHA-256 of a receipt, and `storedBytes`, are of this form
 *     stored    what a file of `<data>/dumps` or an object of the bucket holds: the packed bytes, or an age file of
 *               them (encrypted-storage.ts)
 *
 * `Storage.put` takes packed bytes and `Storage.get` gives them back, so that nothing outside of the storage sees the
 * stored form. All readers of packed dumps use the functions of this file: a dump may have been written by an earlier
 * version, so its magic number says how it was packed. To add a format, add it to `FORMATS`, and convert it in `gzipOf`.
 */

/** Decompresses a stream. @throws DumpError DUMP_TRUNCATED or DUMP_DAMAGED; errors of the source are passed on */
type Decompress = (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** Passing on fewer, larger chunks than those of 16 KiB, the default, costs less. */
const CHUNK_BYTES = 64 * 1024;

/** The formats of packed dumps. All dumps are gzip (RFC 1952) so far; anything else fails as damaged gzip. */
const FORMATS: readonly { readonly magic: readonly number[]; readonly decompress: Decompress }[] = [
  { magic: [0x1f, 0x8b], decompress: gunzip },
];
const MAGIC_BYTES = 4;

/**
 * The text of a packed dump. Fails with a `DumpError` if the dump is damaged or cut off.
 *
 * @param packed as `Storage.get` gives it; destroyed together with the result, which gets its errors
 */
export function textOf(packed: Readable): Readable {
  return ownedReadable(packed, textChunksOf(packed));
}

/** The same for a dump that is not in a Node stream. */
export async function* textChunksOf(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const { start, chunks } = await peekBytes(packed, MAGIC_BYTES);
  const format = FORMATS.find(({ magic }) => magic.every((byte, index) => start[index] === byte));
  yield* (format?.decompress ?? gunzip)(chunks);
}

/**
 * A packed dump as one gzip file, for readers outside of the gateway: the same bytes for every call, because transfers
 * are repeated and compared.
 *
 * @param packed as `Storage.get` gives it; destroyed together with the result, which gets its errors
 */
export function gzipOf(packed: Readable): Readable {
  return packed;
}

async function* gunzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    // The reader of the last stream gets the errors of all, so there is nothing left to do for the callback.
    yield* pipeline(packed, createGunzip({ chunkSize: CHUNK_BYTES }), () => {}) as AsyncIterable<Uint8Array>;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'Z_BUF_ERROR') throw new DumpError('DUMP_TRUNCATED', 'its gzip data is incomplete');
    if (typeof code === 'string' && code.startsWith('Z_')) throw new DumpError('DUMP_DAMAGED');
    throw error;
  }
}
