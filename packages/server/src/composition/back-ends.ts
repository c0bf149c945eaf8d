import { join } from 'node:path';
import type { DumpKeys } from '../catalog/dump-keys.ts';
import type { Sessions } from '../catalog/sessions.ts';
import type { Config } from '../config/config.ts';
import { openDumpStores } from '../dump-content/open.ts';
import type { Log } from '../log/log.ts';
import type { Counts } from '../metrics/counts.ts';
import { instrumented } from '../metrics/instrumented.ts';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { SpoolBudget } from '../spool/budget.ts';
import { makeSpoolDirectory } from '../spool/leftovers.ts';
import type { Storage } from '../storage/storage.ts';
import type { ShutdownHooks } from './shutdown-hooks.ts';

/** The part of the catalog that recording and finishing need: rows of sessions are written, not read; keys of dumps. */
export interface RowCatalog {
  readonly sessions: Pick<Sessions, 'put'>;
  readonly dumpKeys: DumpKeys;
}

/** The parts that the caller opens, because the primary and a worker open them in different ways. */
export interface Foundation<C extends RowCatalog> {
  readonly config: Config;
  readonly keys: PseudonymKeys;
  readonly counts: Counts;
  /** In a worker only `sessions.put` and `dumpKeys`, which the primary executes. */
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
 * @throws GatewayError STORAGE_UNAVAILABLE, STORAGE_MISCONFIGURED, ENCRYPTION_UNUSABLE or DATA_DIRECTORY_UNUSABLE
 */
export async function openBackEnds<C extends RowCatalog>(
  foundation: Foundation<C>,
  hooks: ShutdownHooks,
): Promise<BackEnds<C>> {
  const { config, counts, owner, log } = foundation;
  const { storage, quarantine, close } = await openDumpStores(config, foundation.catalog.dumpKeys, {
    storage: owner ? { owner, log } : {},
    quarantine: { owner },
    observed: (opened, name) => instrumented(opened, name, counts),
  });
  hooks.add(close);
  const spoolDirectory = join(config.dataDirectory, 'spool');
  await makeSpoolDirectory(spoolDirectory);
  const { spoolBytes } = config.server.limits;
  const budget = await SpoolBudget.open({ directory: spoolDirectory, spoolBytes, log });
  hooks.add(() => budget.close());
  return { ...foundation, storage, quarantine, spoolDirectory, budget };
}
