import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { onTestFinished } from 'vitest';
import type { Catalog } from '../../../catalog/catalog.ts';
import type { SessionRow } from '../../../catalog/sessions.ts';
import { openSqliteCatalog } from '../../../catalog/sqlite.ts';
import type { Log } from '../../../log/log.ts';
import { PseudonymKeys } from '../../../pseudonyms/pseudonym-keys.ts';
import { LocalStorage } from '../../../storage/local.ts';
import { quarantineKey } from '../../../storage/open.ts';
import { SessionRemoval } from '../../removal.ts';
import type { DiscardedSessions, RemovesSessions } from '../contract.ts';
import { SubjectFinder } from '../finder.ts';
import { ErasureJob } from '../job.ts';
import { ErasureRunner } from '../runner.ts';
import { ErasureService } from '../service.ts';
import { SubjectHashes, Tombstones } from '../tombstones.ts';

export const DAY_MS = 24 * 3_600_000;
export const KEYS = new PseudonymKeys(new Uint8Array(32).fill(7), DAY_MS);
const SILENT = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} } as unknown as Log;

/** A catalog with a storage that several gateways share. */
export interface Stores {
  readonly directory: string;
  readonly catalog: Catalog;
  readonly storage: LocalStorage;
  /** Stores a session of these names, with its dump. */
  store(id: string, row: Partial<SessionRow>): Promise<void>;
  /** Keys of all dumps in the storage. */
  dumps(): Promise<string[]>;
}

export async function openStores(): Promise<Stores> {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-subjects-'));
  const catalog = openSqliteCatalog(join(directory, 'catalog.sqlite'));
  onTestFinished(async () => {
    await catalog.close();
    await rm(directory, { recursive: true });
  });
  const storage = await LocalStorage.open(join(directory, 'dumps'));
  return {
    directory,
    catalog,
    storage,
    store: async (id, changes) => {
      const row = sessionRow(id, changes);
      await writeFile(join(directory, 'file'), gzipSync('RTCStatsDump\n{}\n[":a",null,1,1795800000000]\n'));
      if (row.storageKey !== null) await storage.put(row.storageKey, join(directory, 'file'));
      await catalog.sessions.put(row);
    },
    dumps: async () => {
      const entries = await readdir(join(directory, 'dumps'), { recursive: true });
      return entries.filter((name) => name.endsWith('.gz')).sort();
    },
  };
}

export interface GatewayOptions {
  readonly host?: string;
  /** Replaces the removal of sessions. */
  readonly removal?: (usual: RemovesSessions) => RemovesSessions;
  readonly discarded?: DiscardedSessions;
}

export interface TestedGateway {
  readonly service: ErasureService;
  readonly job: ErasureJob;
  readonly tombstones: Tombstones;
  readonly finder: SubjectFinder;
  /** Puts a dump into the quarantine of this gateway. */
  quarantine(id: string): Promise<void>;
  quarantined(): Promise<string[]>;
}

/** The erasures of a gateway with a data directory of its own, as one process of it has them. */
export async function openGateway(stores: Stores, options: GatewayOptions = {}): Promise<TestedGateway> {
  const { host = 'gateway-1', removal = (usual) => usual, discarded = { live: [], pending: false } } = options;
  const { catalog, storage, directory } = stores;
  const data = join(directory, host);
  const quarantine = await LocalStorage.open(join(data, 'quarantine'));
  const tombstones = await Tombstones.open(join(data, 'tombstones'), new SubjectHashes(KEYS.derive('tombstones')));
  const finder = new SubjectFinder(catalog, KEYS);
  const runner = new ErasureRunner({
    catalog,
    finder,
    removal: removal(new SessionRemoval({ catalog, storage, quarantine, host, dataDirectory: data })),
    tombstones,
    unfinished: { erase: () => Promise.resolve(discarded) },
    host,
    claimant: `${host}:${Math.random()}`,
    minOpenMs: 0,
  });
  const job = new ErasureJob({ catalog, finder, tombstones, runner, by: 'replay', log: SILENT });
  const run = (id: string): Promise<void> => job.round(id);
  const service = new ErasureService({ catalog, finder, tombstones, host, run });
  return {
    service,
    job,
    tombstones,
    finder,
    quarantine: async (id) => {
      await writeFile(join(directory, 'file'), gzipSync('RTCStatsDump\n{}\n[":a",null,1,1795800000000]\n'));
      await quarantine.put(quarantineKey(id), join(directory, 'file'));
    },
    quarantined: async () => (await readdir(join(data, 'quarantine'))).filter((name) => name.endsWith('.gz')),
  };
}
