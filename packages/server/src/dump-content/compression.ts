import { createHash } from 'node:crypto';
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, createZstdCompress, gzip, gzipSync, zstdCompress, zstdCompressSync } from 'node:zlib';
import type { DumpFormat } from '../storage/format.ts';
import { CURRENT_DICTIONARY, dictionaryOf } from './dictionaries.ts';
import { zstdOptions } from './zstd.ts';

/** Dumps become 1 % larger than with the default of gzip, 6, in two thirds of its CPU time. */
const GZIP_LEVEL = 5;
/** For dumps that are compressed in a stream: 4 times as fast as gzip, and 13 to 18 % smaller. */
const ZSTD_LEVEL = 1;
/**
 * For small dumps, of which there are most: as fast as gzip. The dictionary saves twice as much on this level as on
 * that of large dumps.
 */
const SMALL_ZSTD_LEVEL = 7;
/** Larger dumps are compressed in a stream. Calls of a minute have half of this. */
export const MAX_SMALL_BYTES = 256 * 1024;
/** Of the output of small dumps: it fits into one, so that it is not put together. */
const SMALL_OUTPUT_BYTES = 64 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** How dumps are compressed: `storage.compression`. */
export interface Compression {
  readonly format: DumpFormat;
  /** Default: 5 for gzip; for zstd 7 for small dumps, and 1 for large ones. */
  readonly level?: number | undefined;
  /** Whether small dumps are compressed with a dictionary; only for zstd. */
  readonly dictionary: boolean;
}

/**
 * For what is not configured. What leaves the gateway is compressed with it, and the same bytes must come out again.
 */
export const GZIP: Compression = { format: 'gzip', level: GZIP_LEVEL, dictionary: false };

/** A compressed dump. */
export interface Compressed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the compressed bytes, in hexadecimal digits. */
  readonly sha256: string;
  readonly format: DumpFormat;
  /** Id of the dictionary that reading needs; null if none. */
  readonly dictionary: number | null;
}

/**
 * Compresses a dump of any size, in threads of libuv. Without a dictionary: dumps of more than some 200 KB become
 * larger with one, because the matches in it are farther away than those in the dump.
 */
export function compressor({ format, level }: Compression = GZIP): Transform {
  return format === 'gzip'
    ? createGzip({ level: level ?? GZIP_LEVEL })
    : createZstdCompress(zstdOptions(level ?? ZSTD_LEVEL, undefined, CHUNK_BYTES));
}

/**
 * The same for a dump of this size, which may be a small one.
 *
 * @returns the stream, and the id of the dictionary that it uses, if any
 */
export async function compressorFor(
  bytes: number | undefined,
  compression: Compression,
): Promise<{ readonly stream: Transform; readonly dictionary: number | null }> {
  if (compression.format === 'gzip' || bytes === undefined || bytes > MAX_SMALL_BYTES) {
    return { stream: compressor(compression), dictionary: null };
  }
  const dictionary = await smallDictionary(compression);
  const options = smallZstdOptions(compression.level, dictionary);
  return { stream: createZstdCompress(options), dictionary: dictionary?.id ?? null };
}

/** Compresses a small dump in a thread of libuv. */
export async function compress(dump: Uint8Array, compression: Compression): Promise<Compressed> {
  const { format, level } = compression;
  if (format === 'gzip') return compressed(await promisify(gzip)(dump, gzipOptions(level)), 'gzip', null);
  const dictionary = await smallDictionary(compression);
  return compressed(await promisify(zstdCompress)(dump, smallZstdOptions(level, dictionary)), 'zstd', dictionary?.id);
}

/** Compresses a small dump in this thread. */
export async function compressInThread(dump: Uint8Array, compression: Compression): Promise<Compressed> {
  const { format, level } = compression;
  if (format === 'gzip') return compressed(gzipSync(dump, gzipOptions(level)), 'gzip', null);
  const dictionary = await smallDictionary(compression);
  return compressed(zstdCompressSync(dump, smallZstdOptions(level, dictionary)), 'zstd', dictionary?.id);
}

/** A dictionary and its id. */
interface Dictionary {
  readonly id: number;
  readonly bytes: Buffer;
}

async function smallDictionary({ dictionary }: Compression): Promise<Dictionary | undefined> {
  return dictionary ? { id: CURRENT_DICTIONARY, bytes: await dictionaryOf(CURRENT_DICTIONARY) } : undefined;
}

function gzipOptions(level = GZIP_LEVEL): { readonly level: number; readonly chunkSize: number } {
  return { level, chunkSize: SMALL_OUTPUT_BYTES };
}

function smallZstdOptions(
  level = SMALL_ZSTD_LEVEL,
  dictionary: Dictionary | undefined,
): ReturnType<typeof zstdOptions> {
  return zstdOptions(level, dictionary?.bytes, SMALL_OUTPUT_BYTES);
}

function compressed(bytes: Buffer<ArrayBuffer>, format: DumpFormat, dictionary: number | null = null): Compressed {
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), format, dictionary };
}
