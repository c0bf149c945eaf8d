import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CanaryError } from '../errors/canary-error.ts';
import type { PlantedValue } from '../plan/plan.ts';
import { SearchTerms, searchableText } from './search-terms.ts';

const CHUNK_BYTES = 1024 * 1024;
/** RFC 1952, 2.3.1. */
const GZIP_MAGIC = [0x1f, 0x8b];
/** RFC 8878, 3.1.1. */
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const MAGIC_BYTES = 4;
/**
 * A dump that was complete this long before the canary started belongs to another session. The margin allows for the
 * clocks of file servers, which differ from ours.
 */
const OLDER_DUMP_MS = 10 * 60_000;
/** Limits how many places the report lists per value, apart from logs and metrics. */
const MAX_SIGHTINGS_PER_VALUE = 8;

/** A place where a planted value is still readable. */
export interface Sighting {
  readonly where: string;
  /** The place is a log or a metric, where no policy allows personal data. */
  readonly neverAllowed: boolean;
}

export interface DirectorySearch {
  /** Appended to the names of files, for example ` while recording`. */
  readonly note: string;
  /** When the canary started, in milliseconds since the epoch. */
  readonly since: number;
  /** Files that are searched in another way, relative to the directory. */
  readonly except?: ReadonlySet<string>;
  /** Decompresses a file that begins as a frame of zstd; by default, only its bytes are searched. */
  readonly fromZstd?: (file: Readable) => Readable;
}

/** Searches files, logs and other data for all planted values, and records where each is readable. */
export class Search {
  readonly #terms = new SearchTerms();
  readonly #sightings = new Map<number, Sighting[]>();
  files = 0;
  bytes = 0;
  /** Dumps that were skipped because they are older than the canary. */
  olderFiles = 0;
  /** Names of files that this user is not allowed to read. */
  readonly unreadable = new Set<string>();

  constructor(plantedValues: readonly PlantedValue[]) {
    for (const [index, { value }] of plantedValues.entries()) {
      for (const term of value?.searchTerms ?? []) this.#terms.add(term, index);
    }
  }

  /** Where the planted value with this index was seen. */
  sightings(index: number): readonly Sighting[] {
    return this.#sightings.get(index) ?? [];
  }

  /** Searches bytes. `where` names them in the report. */
  searchBytes(bytes: Uint8Array, where: string): void {
    this.bytes += bytes.length;
    this.#search(bytes, where, false);
  }

  /** Searches a page of metrics (Prometheus text format). */
  searchMetrics(page: string): void {
    this.#search(Buffer.from(page), 'metrics', true);
  }

  /**
   * Searches every file below a directory, compressed ones decompressed too. Files may appear and disappear meanwhile.
   */
  async searchDirectory(directory: string, options: DirectorySearch): Promise<void> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const name = relative(directory, path);
      if (options.except?.has(name)) continue;
      await this.#searchFile(path, name, options);
    }
  }

  /**
   * Searches what was appended to a log since it had `from` bytes. A log that is shorter now was rotated, so all of it
   * is searched.
   *
   * @throws CanaryError INPUT_UNREADABLE
   */
  async searchLog(path: string, from: number): Promise<void> {
    try {
      const { size } = await stat(path);
      const start = size < from ? 0 : from;
      await this.#searchStream(createReadStream(path, { start, highWaterMark: CHUNK_BYTES }), path, true);
    } catch (cause) {
      throw new CanaryError('INPUT_UNREADABLE', `The log ${path} cannot be read`, { cause });
    }
  }

  async #searchFile(path: string, name: string, { note, since, fromZstd }: DirectorySearch): Promise<void> {
    try {
      const { mtimeMs, ctimeMs } = await stat(path);
      if (/\.(gz|zst)$/.test(name) && Math.max(mtimeMs, ctimeMs) < since - OLDER_DUMP_MS) {
        this.olderFiles++;
        return;
      }
      this.files++;
      const where = name + note;
      await this.#searchStream(createReadStream(path, { highWaterMark: CHUNK_BYTES }), where, false);
      const start = await startOf(path);
      if (beginsWith(start, GZIP_MAGIC)) {
        await this.#searchCompressed(createReadStream(path), where, (file) => pipeline(file, createGunzip(), () => {}));
      } else if (fromZstd !== undefined && beginsWith(start, ZSTD_MAGIC)) {
        await this.#searchCompressed(createReadStream(path), where, fromZstd);
      }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      // The gateway removes files of the spool and of its database at any time.
      if (code === 'ENOENT') return;
      if (code !== 'EACCES' && code !== 'EPERM') throw error;
      this.unreadable.add(name);
    }
  }

  async #searchCompressed(file: Readable, where: string, decompress: (file: Readable) => Readable): Promise<void> {
    try {
      await this.#searchStream(decompress(file), where, false);
    } catch (error) {
      // The file is truncated, perhaps because it is still being written. What could be decompressed was searched.
      if (!isDamage(error)) throw error;
    }
  }

  async #searchStream(
    chunks: Readable | AsyncIterable<Uint8Array>,
    where: string,
    neverAllowed: boolean,
  ): Promise<void> {
    let rest = Buffer.alloc(0);
    for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
      this.bytes += chunk.length;
      const piece = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
      this.#search(piece, where, neverAllowed);
      rest = piece.subarray(Math.max(0, piece.length - this.#terms.overlap));
    }
  }

  #search(bytes: Uint8Array, where: string, neverAllowed: boolean): void {
    for (const index of this.#terms.find(searchableText(bytes))) {
      const sightings = this.#sightings.get(index) ?? [];
      const isKnown = sightings.some((sighting) => sighting.where === where);
      // Logs and metrics are recorded beyond the limit, because one of them makes a value leak that a policy keeps.
      if (!isKnown && (neverAllowed || sightings.length < MAX_SIGHTINGS_PER_VALUE)) {
        sightings.push({ where, neverAllowed });
      }
      this.#sightings.set(index, sightings);
    }
  }
}

async function startOf(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function beginsWith(start: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => start[index] === byte);
}

/** Whether a file cannot be decompressed: an error of zlib, or a `DumpError`. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_|DUMP_)/.test(String(error.code));
}
