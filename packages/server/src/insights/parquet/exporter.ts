import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ColumnSource } from 'hyparquet-writer';
import type { ExportPart, Exports } from '../../catalog/exports.ts';
import { PRIVATE_DIRECTORY_MODE, PRIVATE_FILE_MODE } from '../../files/private-files.ts';
import { errorFields, type Log } from '../../log/log.ts';
import type { Storage } from '../../storage/storage.ts';
import { PARQUET_TABLES, type ParquetTable, PartTables } from './tables.ts';

/** Calls per part. All rows of a part are in memory, and encoding a table of it delays the event loop. */
const MAX_CALLS_PER_PART = 250;
/** Calls that are read from the catalog at once. */
const CALLS_PER_READ = 50;

export interface ParquetExportContext {
  readonly exports: Exports;
  readonly storage: Pick<Storage, 'put'>;
  /** `dataDirectory`, for the files on their way to the storage. */
  readonly dataDirectory: string;
  /** `server.hostIdentifier`: a gateway exports the calls that it finished, so two never export the same. */
  readonly host: string;
  /** Between two exports, in milliseconds. */
  readonly intervalMs: number;
  readonly log: Log;
  /** Replaced in tests. Default: 250. */
  readonly maxCallsPerPart?: number;
}

/**
 * Exports analyzed calls as Parquet files, in the storage of the dumps:
 *
 *     insights/<table>/day=<yyyy-mm-dd>/<part>.parquet
 *
 * **Exactly once.** The catalog assigns calls to a part, the files of the part are written, and the catalog marks it as
 * written. The names depend on the part alone, so a gateway that was killed in between writes the same files again. The
 * storage shows a file when it is complete. `calls` is written last: a row there has its rows in the other tables.
 *
 * **Failures.** A part that cannot be written is tried again after the next interval; finishing does not wait for it.
 */
export class ParquetExport {
  readonly #context: ParquetExportContext;
  readonly #directory: string;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(context: ParquetExportContext) {
    this.#context = context;
    this.#directory = join(context.dataDirectory, 'export');
  }

  /** Exports now and after each interval, until `stop`. */
  start(): void {
    this.#running = this.#round();
  }

  /** Resolves when the part that is being written is written. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /**
   * Exports all calls that are not exported yet.
   *
   * @returns number of parts
   * @throws GatewayError CATALOG_UNAVAILABLE or STORAGE_UNAVAILABLE, and those of a wrong configuration
   */
  async exportAll(): Promise<number> {
    const { exports, host, maxCallsPerPart = MAX_CALLS_PER_PART } = this.#context;
    for (let parts = 0; ; parts++) {
      const part = this.#stopping ? undefined : await exports.begin(host, maxCallsPerPart);
      if (part === undefined) return parts;
      await this.#write(part);
      await exports.finish(part.name);
    }
  }

  async #round(): Promise<void> {
    const { log, intervalMs } = this.#context;
    try {
      // A kill may have left a file there.
      await rm(this.#directory, { recursive: true, force: true });
      const parts = await this.exportAll();
      if (parts > 0) log.info({ parts }, 'calls exported as Parquet files');
    } catch (error) {
      log.error(errorFields(error), 'the Parquet export failed and is tried again after its interval');
    }
    if (this.#stopping) return;
    this.#timer = setTimeout(() => this.start(), intervalMs);
  }

  async #write(part: ExportPart): Promise<void> {
    // Loaded only where calls are exported.
    const { parquetWriteBuffer } = await import('hyparquet-writer');
    const tables = await this.#read(part);
    for (const table of PARQUET_TABLES.toReversed()) {
      // The sockets are served between two tables.
      await nextTurn();
      const columnData: ColumnSource[] = tables[table].columnData();
      await this.#put(parquetKey(table, part), new Uint8Array(parquetWriteBuffer({ columnData })));
    }
  }

  async #read({ name, sessions }: ExportPart): Promise<PartTables> {
    const tables = new PartTables();
    for (let start = 0; start < sessions.length; start += CALLS_PER_READ) {
      const calls = await this.#context.exports.calls(name, sessions.slice(start, start + CALLS_PER_READ));
      for (const call of calls) tables.add(call);
    }
    return tables;
  }

  async #put(key: string, bytes: Uint8Array): Promise<void> {
    // Not synchronous: on a disk that hangs, only this export waits.
    await mkdir(this.#directory, { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
    const path = join(this.#directory, `${randomUUID()}.parquet`);
    try {
      await writeFile(path, bytes, { mode: PRIVATE_FILE_MODE });
      await this.#context.storage.put(key, path);
    } finally {
      await rm(path, { force: true });
    }
  }
}

/** The key of a file of the export in the storage. */
export function parquetKey(table: ParquetTable, { day, name }: Pick<ExportPart, 'day' | 'name'>): string {
  return `insights/${table}/day=${day}/${name}.parquet`;
}
