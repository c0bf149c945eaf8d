import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exports } from '../../catalog/exports.ts';
import type { Leases } from '../../catalog/leases.ts';
import { errorFields, type Log } from '../../log/log.ts';
import type { Storage } from '../../storage/storage.ts';
import { PartWriter } from './part-writer.ts';

/** Calls per part. All rows of a part are in memory, and encoding a table of it delays the event loop. */
const MAX_CALLS_PER_PART = 250;

export interface ParquetExportContext {
  readonly exports: Pick<Exports, 'begin' | 'calls' | 'finish'>;
  readonly leases: Leases;
  readonly storage: Pick<Storage, 'put' | 'delete'>;
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
  readonly #writer: PartWriter;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(context: ParquetExportContext) {
    this.#context = context;
    this.#directory = join(context.dataDirectory, 'export');
    this.#writer = new PartWriter({ ...context, holder: context.host });
  }

  /** Exports now and after each interval, until `stop`. */
  start(): void {
    this.#running = this.#first();
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
      // A part that changed meanwhile, because a session of it was removed, is given again.
      if ((await this.#writer.write(part)) === 'busy') return parts;
    }
  }

  async #first(): Promise<void> {
    // A kill may have left a file there. Not in later rounds: a command that removes a session may write there.
    await rm(this.#directory, { recursive: true, force: true }).catch((error: unknown) =>
      this.#context.log.warn(errorFields(error), 'files of an earlier export could not be removed'),
    );
    await this.#round();
  }

  async #round(): Promise<void> {
    const { log, intervalMs } = this.#context;
    try {
      const parts = await this.exportAll();
      if (parts > 0) log.info({ parts }, 'calls exported as Parquet files');
    } catch (error) {
      log.error(errorFields(error), 'the Parquet export failed and is tried again after its interval');
    }
    if (this.#stopping) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#round();
    }, intervalMs);
  }
}
