import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type AuditLog, audited } from '../audit/audit-log.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Config } from '../config/config.ts';
import { isGatewayError } from '../errors/gateway-error.ts';
import { DataDirectory } from '../files/data-directory.ts';
import type { SessionRemoval } from '../lifecycle/removal.ts';
import type { UnfinishedSessions } from '../lifecycle/subjects/contract.ts';
import { SubjectFinder } from '../lifecycle/subjects/finder.ts';
import { ErasureJob } from '../lifecycle/subjects/job.ts';
import { replayTombstones } from '../lifecycle/subjects/replay.ts';
import { ErasureRunner } from '../lifecycle/subjects/runner.ts';
import { ErasureService } from '../lifecycle/subjects/service.ts';
import { SpoolLeftovers } from '../lifecycle/subjects/spool-leftovers.ts';
import { openTombstones } from '../lifecycle/subjects/tombstones.ts';
import type { Log } from '../log/log.ts';
import { openPseudonymKeys, type PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { withStoredSessions } from './stored-sessions.ts';

/** How often a command looks whether the gateway has done its work, in milliseconds. */
const POLL_MS = 100;
/** How long it waits after the last progress of the gateway, and for the first, in milliseconds. */
const QUIET_MS = 5000;
const FIRST_PROGRESS_MS = 30_000;

const NO_LOG: Log = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };

export interface SubjectParts {
  readonly catalog: Catalog;
  readonly keys: PseudonymKeys;
  readonly finder: SubjectFinder;
  readonly service: ErasureService;
  /** Begins the erasures of all tombstones again that find something. @returns their number */
  replay(by: string): Promise<number>;
  /** Ends what was begun: does it, or waits until the running gateway has done it. */
  finishAll(): Promise<void>;
}

/**
 * Opens what erasures need. Beside a gateway that runs in the same data directory, the command only begins an erasure
 * in the catalog: the gateway sees it within a second, ends the sessions in its memory and does the rest. Otherwise the
 * command claims the data directory and does all of it.
 */
export async function withSubjects<T>(config: Config, work: (parts: SubjectParts) => Promise<T>): Promise<T> {
  return await withStoredSessions(config, async (_, { catalog, removal, audit }) => {
    const isHere = await access(config.dataDirectory).then(
      () => true,
      () => false,
    );
    const directory = isHere ? claim(config.dataDirectory) : null;
    try {
      return await work(await createParts(config, { catalog, removal, audit, isHere, runs: directory !== undefined }));
    } finally {
      directory?.release();
    }
  });
}

/** Undefined while a gateway uses the directory. */
function claim(path: string): DataDirectory | undefined {
  try {
    return DataDirectory.claim(path);
  } catch (error) {
    if (isGatewayError(error, 'DATA_DIRECTORY_IN_USE')) return undefined;
    throw error;
  }
}

interface Opened {
  readonly catalog: Catalog;
  readonly removal: SessionRemoval;
  readonly audit: AuditLog;
  /** Whether the data directory is on this machine. */
  readonly isHere: boolean;
  /** Whether this process does the work itself. */
  readonly runs: boolean;
}

async function createParts(config: Config, { catalog, removal, audit, isHere, runs }: Opened): Promise<SubjectParts> {
  const keys = openPseudonymKeys(config, { create: false });
  const tombstones = await openTombstones(config, keys, { create: isHere });
  const finder = new SubjectFinder(catalog, keys);
  const host = config.server.hostIdentifier;
  const runner = new ErasureRunner({
    catalog,
    finder,
    removal,
    tombstones,
    unfinished: isHere ? new SpoolLeftovers(join(config.dataDirectory, 'spool'), tombstones) : ELSEWHERE,
    host,
    // With the data directory, it stands for the gateway.
    claimant: isHere ? `gateway:${host}` : `command:${randomUUID()}`,
    minOpenMs: 0,
    audit,
  });
  const replayed = { catalog, finder, tombstones };
  const job = new ErasureJob({ ...replayed, runner, by: 'replay', log: NO_LOG });
  const run = (id: string): Promise<void> => (runs ? job.round(id) : untilQuiet(catalog, id));
  const service = new ErasureService({ ...replayed, host, audit, run });
  const finishAll = async (): Promise<void> => {
    for (const { id } of await catalog.erasures.open()) await run(id);
  };
  const replay = async (by: string): Promise<number> => {
    const entry = { action: 'subject.replay', actor: by } as const;
    return await audited(audit, entry, () => replayTombstones({ ...replayed, by }, { all: true }));
  };
  return { catalog, keys, finder, service, finishAll, replay };
}

/** The spool is on another machine: its gateway discards what it finds there. */
const ELSEWHERE: UnfinishedSessions = { erase: () => Promise.resolve({ live: [], pending: true }) };

/** Waits until the erasure is finished, or until nothing has changed for a while. */
async function untilQuiet(catalog: Catalog, id: string): Promise<void> {
  let seen = '';
  let end = Date.now() + FIRST_PROGRESS_MS;
  while (Date.now() < end) {
    const erasure = await catalog.erasures.get(id);
    if (!erasure || erasure.finishedAt !== null) return;
    const state = JSON.stringify(erasure);
    if (state !== seen && seen !== '') end = Date.now() + QUIET_MS;
    seen = state;
    await delay(POLL_MS);
  }
}
