import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ColumnSource } from 'hyparquet-writer';
import type { ExportPart, Exports } from '../../catalog/exports.ts';
import type { Lease, Leases } from '../../catalog/leases.ts';
import { PRIVATE_DIRECTORY_MODE, PRIVATE_FILE_MODE } from '../../files/private-files.ts';
import type { Storage } from '../../storage/storage.ts';
import { PARQUET_TABLES, type ParquetTable, PartTables } from './tables.ts';

/** Calls that are read from the catalog at once. */
const CALLS_PER_READ = 50;
/** A process that was killed while it wrote a part keeps others from writing it for this long. */
const LEASE_MS = 60_000;

export interface PartWriterContext {
  readonly exports: Pick<Exports, 'calls' | 'finish'>;
  readonly leases: Leases;
  readonly storage: Pick<Storage, 'put' | 'delete'>;
  /** `dataDirectory`, for the files on their way to the storage. */
  readonly dataDirectory: string;
  /**
   * Who writes: a gateway by its name, so that after a kill it need not wait for its own lease to end. Default: random,
   * for a command.
   */
  readonly holder?: string;
}

/**
 * `written`: the files have the calls of the part as it was given; `changed`: calls were removed from it meanwhile, and
 * it has to be written again; `busy`: another process writes it.
 */
export type PartOutcome = 'written' | 'changed' | 'busy';

/** The parts that this process writes now, because a lease does not keep a gateway from itself. */
const writing = new Set<string>();

/**
 * Writes the files of a part of the export, or removes them if no call is left in it. A part is written by one process
 * at a time, because a slower one could put a call back that was removed meanwhile.
 */
export class PartWriter {
  readonly #context: PartWriterContext;
  readonly #directory: string;

  constructor(context: PartWriterContext) {
    this.#context = context;
    this.#directory = join(context.dataDirectory, 'export');
  }

  /** @throws GatewayError of the catalog or of the storage */
  async write(part: ExportPart): Promise<PartOutcome> {
    const { holder = randomUUID() } = this.#context;
    const lease = { name: `export:${part.name}`, holder };
    if (writing.has(part.name)) return 'busy';
    writing.add(part.name);
    try {
      return await this.#writeWith(lease, part);
    } finally {
      writing.delete(part.name);
    }
  }

  async #writeWith(lease: Pick<Lease, 'name' | 'holder'>, part: ExportPart): Promise<PartOutcome> {
    const { leases, exports } = this.#context;
    const now = Date.now();
    const until = new Date(now + LEASE_MS).toISOString();
    if (!(await leases.take({ ...lease, now: new Date(now).toISOString(), until }))) return 'busy';
    try {
      if (part.sessions.length === 0) await this.#remove(part);
      else await this.#write(part);
      return (await exports.finish(part)) ? 'written' : 'changed';
    } finally {
      await leases.release(lease);
    }
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

  /** `calls` first: a row there has its rows in the other tables. */
  async #remove(part: ExportPart): Promise<void> {
    for (const table of PARQUET_TABLES) await this.#context.storage.delete(parquetKey(table, part));
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
