import { join } from 'node:path';
import type { Sessions } from '../catalog/sessions.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Counts } from '../metrics/counts.ts';
import { instrumented } from '../metrics/instrumented.ts';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { SpoolBudget } from '../spool/budget.ts';
import { makeSpoolDirectory } from '../spool/leftovers.ts';
import { openQuarantine, openStorage } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';
import type { ShutdownHooks } from './shutdown-hooks.ts';

/** The part of the catalog that recording and finishing need: rows of sessions are written, not read. */
export interface RowCatalog {
  readonly sessions: Pick<Sessions, 'put'>;
}

/** The parts that the caller opens, because the primary and a worker open them in different ways. */
export interface Foundation<C extends RowCatalog> {
  readonly config: Config;
  readonly keys: PseudonymKeys;
  readonly counts: Counts;
  /** In a worker only `sessions.put`, which the primary executes. */
  readonly catalog: C;
  /**
   * Whether this process owns the data directory: it cleans up after a crash, and it waits for a storage that is down.
   */
  readonly owner: boolean;
  readonly log: Log;
}

/** Stage 1: where sessions are recorded and stored. */
export interface BackEnds<C extends RowCatalog> extends Foundation<C> {
  readonly storage: Storage;
  readonly quarantine: Storage;
  /** `<data>/spool`, the spool of all processes. */
  readonly spoolDirectory: string;
  readonly budget: SpoolBudget;
}

/**
 * Opens storage, quarantine and spool, in the primary and in each worker alike.
 *
 * @throws GatewayError STORAGE_UNAVAILABLE, STORAGE_MISCONFIGURED or DATA_DIRECTORY_UNUSABLE
 */
export async function openBackEnds<C extends RowCatalog>(
  foundation: Foundation<C>,
  hooks: ShutdownHooks,
): Promise<BackEnds<C>> {
  const { config, counts, owner, log } = foundation;
  const storage = instrumented(await openStorage(config, owner ? { owner, log } : {}), 'storage', counts);
  hooks.add(() => storage.close());
  const quarantine = instrumented(await openQuarantine(config, { owner }), 'quarantine', counts);
  hooks.add(() => quarantine.close());
  const spoolDirectory = join(config.dataDirectory, 'spool');
  await makeSpoolDirectory(spoolDirectory);
  const { spoolBytes } = config.server.limits;
  const budget = await SpoolBudget.open({ directory: spoolDirectory, spoolBytes, log });
  hooks.add(() => budget.close());
  return { ...foundation, storage, quarantine, spoolDirectory, budget };
}
