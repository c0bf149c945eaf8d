/** A format of compressed dumps: gzip (RFC 1952) or zstd (RFC 8878). */
export type DumpFormat = 'gzip' | 'zstd';

/** How the name of a compressed dump ends. */
export const EXTENSIONS: Readonly<Record<DumpFormat, string>> = { gzip: '.gz', zstd: '.zst' };

/** The format of the dump that has this key. Dumps of earlier versions are gzip. */
export function formatOfKey(key: string): DumpFormat {
  return key.endsWith(EXTENSIONS.zstd) ? 'zstd' : 'gzip';
}

/** Whether this is the key of a dump; the storage holds the Parquet files of the export, too. */
export function isDumpKey(key: string): boolean {
  return Object.values(EXTENSIONS).some((extension) => key.endsWith(extension));
}
