import { createReadStream, type ReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Plant } from './canary.ts';
import { Needles, searchable } from './needles.ts';

const CHUNK_BYTES = 1024 * 1024;
/** Clocks of file servers differ. A dump that was complete so long before the canary came (milliseconds) is another session's. */
const OLDER_MS = 10 * 60_000;
const PLACES_KEPT = 8;

export interface Sighting {
  readonly where: string;
  /** In a log or a metric, where no policy lets anything be. */
  readonly neverAllowed: boolean;
}

/** Looks for everything that was planted, and notes where it is readable. */
export class Search {
  readonly #needles = new Needles();
  readonly #sightings = new Map<number, Sighting[]>();
  files = 0;
  bytes = 0;
  olderFiles = 0;
  readonly unreadable = new Set<string>();

  constructor(plants: readonly Plant[]) {
    for (const [index, { value }] of plants.entries()) {
      for (const needle of value?.needles ?? []) this.#needles.add(needle, index);
    }
  }

  /** Where the plant of that index was seen. */
  sightings(index: number): readonly Sighting[] {
    return this.#sightings.get(index) ?? [];
  }

  bytesOf(bytes: Uint8Array, where: string): void {
    this.bytes += bytes.length;
    this.#look(bytes, where, false);
  }

  metrics(page: string): void {
    this.#look(Buffer.from(page), 'metrics', true);
  }

  /**
   * Every file below a directory, what is compressed decompressed. Files come and go meanwhile.
   *
   * @param options.note added to the names of files, such as ` while recording`
   * @param options.since when the canary began, in milliseconds since the epoch
   * @param options.except files that are looked at elsewhere, relative to the directory
   */
  async directory(
    directory: string,
    options: { readonly note: string; readonly since: number; readonly except?: ReadonlySet<string> },
  ): Promise<void> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const name = relative(directory, path);
      if (options.except?.has(name)) continue;
      await this.#file(path, name, options);
    }
  }

  /** What was written to a log since it had `from` bytes; all of it when it has become shorter. */
  async log(path: string, from: number): Promise<void> {
    try {
      const { size } = await stat(path);
      const start = size < from ? 0 : from;
      await this.#stream(createReadStream(path, { start, highWaterMark: CHUNK_BYTES }), path, true);
    } catch (cause) {
      throw new GatewayError('INPUT_UNREADABLE', `The log ${path} cannot be read`, { cause });
    }
  }

  async #file(path: string, name: string, { note, since }: { note: string; since: number }): Promise<void> {
    try {
      const { mtimeMs, ctimeMs } = await stat(path);
      if (name.endsWith('.gz') && Math.max(mtimeMs, ctimeMs) < since - OLDER_MS) {
        this.olderFiles++;
        return;
      }
      this.files++;
      const where = name + note;
      await this.#stream(createReadStream(path, { highWaterMark: CHUNK_BYTES }), where, false);
      if (await isGzip(path)) await this.#compressed(createReadStream(path), where);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      // Spool files and those of a database go while others come.
      if (code === 'ENOENT') return;
      if (code !== 'EACCES' && code !== 'EPERM') throw error;
      this.unreadable.add(name);
    }
  }

  async #compressed(file: ReadStream, where: string): Promise<void> {
    try {
      await pipeline(file, createGunzip(), (chunks) => this.#stream(chunks, where, false));
    } catch (error) {
      // Still being written, or cut short: what could be read of it was searched.
      if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))) throw error;
    }
  }

  async #stream(chunks: Readable | AsyncIterable<Uint8Array>, where: string, neverAllowed: boolean): Promise<void> {
    let rest = Buffer.alloc(0);
    for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
      this.bytes += chunk.length;
      const piece = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
      this.#look(piece, where, neverAllowed);
      rest = piece.subarray(Math.max(0, piece.length - this.#needles.overlap));
    }
  }

  #look(bytes: Uint8Array, where: string, neverAllowed: boolean): void {
    for (const index of this.#needles.find(searchable(bytes))) {
      const seen = this.#sightings.get(index) ?? [];
      if (seen.length < PLACES_KEPT && !seen.some((sighting) => sighting.where === where))
        seen.push({ where, neverAllowed });
      this.#sightings.set(index, seen);
    }
  }
}

/** RFC 1952, 2.3.1 */
async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
