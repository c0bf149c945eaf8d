import { constants, type ZstdOptions } from 'node:zlib';

/** Begins every frame of zstd (RFC 8878, 3.1.1). */
export const ZSTD_MAGIC: readonly number[] = [0x28, 0xb5, 0x2f, 0xfd];
/** The magic number, the descriptor, the window and the id of the dictionary (RFC 8878, 3.1.1.1). */
export const ZSTD_HEADER_BYTES = 10;

/**
 * Up to this level, zstd looks for matches of five to seven bytes itself; from the other level on, it weighs the cost
 * of each match.
 */
const FAST_LEVELS = 2;
const FIRST_COSTING_LEVEL = 13;
/**
 * Statistics are mostly digits, among which short matches are many, far apart, and cost more than the digits. With the
 * level's own length, dumps of half an hour become 3 to 4 % larger in the same time.
 */
const MIN_MATCH = 6;

/** Options of a compressor. The checksum makes a damaged dump fail, as that of gzip does. */
export function zstdOptions(level: number, dictionary: Buffer | undefined, chunkSize: number): ZstdOptions {
  const isLengthened = level > FAST_LEVELS && level < FIRST_COSTING_LEVEL;
  return {
    chunkSize,
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: 1,
      ...(isLengthened && { [constants.ZSTD_c_minMatch]: MIN_MATCH }),
    },
    ...(dictionary && { dictionary }),
  };
}

/** The id of the dictionary of a frame, from its first `ZSTD_HEADER_BYTES`; undefined if it has none. */
export function dictionaryIdOf(start: Uint8Array): number | undefined {
  const descriptor = start[ZSTD_MAGIC.length] ?? 0;
  const hasWindow = (descriptor & 0x20) === 0;
  const length = [0, 1, 2, 4][descriptor & 0x03]!;
  const from = ZSTD_MAGIC.length + 1 + (hasWindow ? 1 : 0);
  const bytes = start.subarray(from, from + length);
  const id = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  return id === 0 ? undefined : id;
}
