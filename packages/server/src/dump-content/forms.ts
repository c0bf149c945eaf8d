import { type Duplex, pipeline, type Readable } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { DumpError, dumpBytes, peekBytes } from '@rtcstats-server/dump';
import { errorCode } from '../errors/error-code.ts';
import type { DumpFormat } from '../storage/format.ts';
import { compressor, GZIP } from './compression.ts';
import { dictionaryOf } from './dictionaries.ts';
import { ownedReadable } from './owned-readable.ts';
import { dictionaryIdOf, ZSTD_HEADER_BYTES, ZSTD_MAGIC } from './zstd.ts';

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
 * version, so its magic number says how it was packed. To add a format, add it to `FORMATS`.
 */

/** A format of packed dumps, which its magic number tells from others. */
interface PackedFormat {
  readonly name: DumpFormat;
  readonly magic: readonly number[];
  /**
   * A stream that decompresses.
   *
   * @param start the first `HEAD_BYTES` of the dump, or all of a shorter one
   */
  open(start: Uint8Array): Duplex | Promise<Duplex>;
}

/** Passing on fewer, larger chunks than those of 16 KiB, the default, costs less. */
const CHUNK_BYTES = 64 * 1024;

/** RFC 1952. Anything that has no magic number fails as damaged gzip. */
const GZIP_FORMAT: PackedFormat = {
  name: 'gzip',
  magic: [0x1f, 0x8b],
  open: () => createGunzip({ chunkSize: CHUNK_BYTES }),
};
/** RFC 8878. A frame names the dictionary that it needs. */
const ZSTD_FORMAT: PackedFormat = {
  name: 'zstd',
  magic: ZSTD_MAGIC,
  async open(start) {
    const id = dictionaryIdOf(start);
    const dictionary = id === undefined ? {} : { dictionary: await dictionaryOf(id) };
    const params = { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG };
    return createZstdDecompress({ chunkSize: CHUNK_BYTES, params, ...dictionary });
  },
};
/** The formats of packed dumps. */
const FORMATS: readonly PackedFormat[] = [GZIP_FORMAT, ZSTD_FORMAT];
/**
 * Binary logarithm of the most bytes that a frame may ask to hold in memory: 8 MiB, which RFC 8878 (3.1.1.1.2) wants
 * all readers to support, and which level 19 needs.
 */
const MAX_WINDOW_LOG = 23;
/** The longest beginning of a dump that a format needs. */
const HEAD_BYTES = ZSTD_HEADER_BYTES;

/**
 * The text of a packed dump. Fails with a `DumpError` if the dump is damaged or cut off, and with `DICTIONARY_UNKNOWN`
 * if a newer version has compressed it with a dictionary that this one does not have.
 *
 * @param packed as `Storage.get` gives it; destroyed together with the result, which gets its errors
 */
export function textOf(packed: Readable): Readable {
  return ownedReadable(packed, textChunksOf(packed));
}

/** The same for a dump that is not in a Node stream. */
export async function* textChunksOf(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const { start, chunks } = await peekBytes(packed, HEAD_BYTES);
  yield* decompressed(chunks, () => (formatOf(start) ?? GZIP_FORMAT).open(start));
}

/**
 * A packed dump as one gzip file, for readers outside of the gateway: the same bytes for every call, because transfers
 * are repeated and compared.
 *
 * @param packed as `Storage.get` gives it; destroyed together with the result, which gets its errors
 */
export function gzipOf(packed: Readable): Readable {
  return ownedReadable(packed, gzipChunksOf(packed));
}

/**
 * The text of a dump of another origin, which may be plain.
 *
 * @returns its format, null if it is plain, and the text
 */
export async function unpacked(
  dump: AsyncIterable<Uint8Array>,
): Promise<{ readonly format: DumpFormat | null; readonly text: AsyncIterable<Uint8Array> }> {
  const { start, chunks } = await peekBytes(dump, HEAD_BYTES);
  const format = formatOf(start);
  const isZstd = format === ZSTD_FORMAT;
  return {
    format: format?.name ?? null,
    text: isZstd ? decompressed(chunks, () => format.open(start)) : dumpBytes(chunks),
  };
}

/** Decompresses a dump of another origin if it is compressed with zstd. Others are passed on as they are. */
export async function* withoutZstd(dump: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const { start, chunks } = await peekBytes(dump, HEAD_BYTES);
  yield* formatOf(start) === ZSTD_FORMAT ? decompressed(chunks, () => ZSTD_FORMAT.open(start)) : chunks;
}

/** The bytes of a gzipped dump are passed on as they are. */
async function* gzipChunksOf(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const { start, chunks } = await peekBytes(packed, HEAD_BYTES);
  const format = formatOf(start);
  if (format === undefined || format === GZIP_FORMAT) {
    yield* chunks;
    return;
  }
  const text = decompressed(chunks, () => format.open(start));
  yield* pipeline(text, compressor(GZIP), () => {}) as AsyncIterable<Uint8Array>;
}

function formatOf(start: Uint8Array): PackedFormat | undefined {
  return FORMATS.find(({ magic }) => magic.every((byte, index) => start[index] === byte));
}

async function* decompressed(
  packed: AsyncIterableIterator<Uint8Array>,
  open: () => ReturnType<PackedFormat['open']>,
): AsyncGenerator<Uint8Array, void> {
  try {
    const stream = await open();
    // The reader of the last stream gets the errors of all, so there is nothing left to do for the callback.
    yield* pipeline(packed, stream, () => {}) as AsyncIterable<Uint8Array>;
  } catch (error) {
    await packed.return?.();
    const code = errorCode(error);
    if (code === 'Z_BUF_ERROR') throw new DumpError('DUMP_TRUNCATED', 'its compressed data is incomplete');
    if (typeof code === 'string' && /^(Z_|ZSTD_)/.test(code)) throw new DumpError('DUMP_DAMAGED');
    throw error;
  }
}
