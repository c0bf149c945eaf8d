import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IntakeSetup } from '@rtcstats-server/testing/contracts/intake';
import { pino } from 'pino';
import type { Catalog } from '../../catalog/catalog.ts';
import { openCatalog } from '../../catalog/open.ts';
import { createConfig } from '../../config/config.ts';
import { Counts } from '../../metrics/counts.ts';
import { openPseudonymKeys } from '../../pseudonyms/pseudonym-keys.ts';
import { type BackEnds, openBackEnds } from '../back-ends.ts';
import { createFinishing, type Finishing } from '../finishing.ts';
import type { Intake } from '../intake.ts';
import { ShutdownHooks } from '../shutdown-hooks.ts';

export interface Stages extends BackEnds<Catalog>, Finishing {
  /** Everything that was logged, as parsed lines. */
  readonly entries: readonly { readonly msg: string }[];
  /** Removes the data directory last. */
  readonly hooks: ShutdownHooks;
}

type Settings = Readonly<Record<string, unknown>>;

/** Stages 1 and 2 on an empty data directory, as the primary opens them, and without forwarding. */
export async function openStages(port: number, settings: Settings = {}): Promise<Stages> {
  const hooks = new ShutdownHooks();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rtcstats-stages-'));
  hooks.add(() => rm(dataDirectory, { recursive: true, force: true }));
  const config = createConfig({
    server: { host: '127.0.0.1', port },
    dataDirectory,
    log: { level: 'fatal' },
    ...settings,
  });
  const entries: { msg: string }[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void entries.push(JSON.parse(line)) });
  const keys = openPseudonymKeys(config, { create: true });
  const catalog = await openCatalog(config, { log });
  hooks.add(() => catalog.close());
  const backEnds = await openBackEnds({ config, keys, counts: new Counts(), catalog, owner: true, log }, hooks);
  const finishing = createFinishing(backEnds, () => Promise.reject(new Error('Nothing is forwarded')));
  return { ...backEnds, ...finishing, entries, hooks };
}

/** Sets up what the contract suite of `Intake` needs around an intake. */
export function setupOf({ catalog, spoolDirectory, hooks }: Stages, intake: Intake): IntakeSetup {
  hooks.add((milliseconds) => intake.stop(milliseconds));
  return {
    intake,
    states: async () => (await catalog.sessions.list({})).sessions.map(({ state }) => state),
    spoolFiles: async () => {
      const entries = await readdir(spoolDirectory, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile() && entry.name !== 'lock').map(({ name }) => name);
    },
    close: () => hooks.run(20_000),
  };
}
