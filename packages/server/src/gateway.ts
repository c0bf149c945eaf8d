import type { Server } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { pino } from 'pino';
import { gatewayChecks } from './admin/checks.ts';
import { Readiness } from './admin/readiness.ts';
import { createAdminServer } from './admin/server.ts';
import { Sessions } from './admin/sessions.ts';
import { openCatalog } from './catalog/open.ts';
import type { Config } from './config/config.ts';
import { DataDirectory } from './data-directory.ts';
import { GatewayError } from './errors.ts';
import { Finisher } from './finish/finisher.ts';
import { FinishQueue } from './finish/queue.ts';
import { recordingRow } from './finish/row.ts';
import { Geolocation } from './geolocation/geolocation.ts';
import { Authorizer } from './ingest/authorization.ts';
import { Uploads } from './ingest/uploads.ts';
import { WebSocketIngest } from './ingest/websocket.ts';
import { openPseudonymKeys } from './keys/pseudonym-keys.ts';
import { errorFields, type Log } from './log.ts';
import { Counts } from './metrics/counts.ts';
import { countFailures } from './metrics/failures.ts';
import { Metrics } from './metrics/metrics.ts';
import type { SessionContext } from './session/session.ts';
import { policyNamed, SessionPolicies } from './session/session-policies.ts';
import { SpoolBudget } from './spool/budget.ts';
import { Spool } from './spool/spool.ts';
import { spoolUsage } from './spool/usage.ts';
import { openQuarantine, openStorage } from './storage/open.ts';

export type { Log } from './log.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface Gateway {
  readonly publicAddress: ListenAddress;
  readonly adminAddress: ListenAddress;
  /** Sessions that are closed but not finished. */
  readonly unfinished: number;
  /**
   * Closes every socket with 1001, finishes every dump that can be within `server.drainSeconds`, and lets go of the data directory.
   * Safe to call twice.
   */
  stop(): Promise<void>;
}

export interface GatewayOptions {
  /** Default: pino on standard output, with `log.level`. */
  readonly log?: Log;
  /** Stops a gateway as soon as it has started, or in the middle of its start: then `startGateway` rejects with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * The composition root: builds everything from a configuration, starts it in the order of the data's way, and stops it in
 * the same order. What was started is stopped again when a later step fails.
 *
 * @throws GatewayError DATA_DIRECTORY_IN_USE, DATA_DIRECTORY_UNUSABLE, CATALOG_UNAVAILABLE, CATALOG_MISCONFIGURED,
 *   STORAGE_UNAVAILABLE, STORAGE_MISCONFIGURED, KEY_UNUSABLE, GEODATABASE_UNUSABLE,
 *   CONFIG_INVALID (a file named in it), PORT_IN_USE or LISTEN_FAILED
 */
export async function startGateway(config: Config, options: GatewayOptions = {}): Promise<Gateway> {
  const log: Log = options.log ?? pino({ level: config.log.level });
  const steps = new StopSteps(config.server.drainSeconds * 1000);
  try {
    return await start(config, log, steps, options.signal);
  } catch (error) {
    await steps.run();
    throw error;
  }
}

async function start(config: Config, log: Log, steps: StopSteps, signal?: AbortSignal): Promise<Gateway> {
  signal?.throwIfAborted();
  const directory = DataDirectory.claim(config.dataDirectory);
  steps.add(() => directory.release());
  const keys = openPseudonymKeys(config, { create: true });
  const counts = new Counts();
  const catalog = countFailures(await openCatalog(config, { log }), 'catalog', counts);
  steps.add(() => catalog.close());
  const storage = countFailures(await openStorage(config, { owner: true, log }), 'storage', counts);
  steps.add(() => storage.close());
  const quarantine = countFailures(await openQuarantine(config, { owner: true }), 'quarantine', counts);
  steps.add(() => quarantine.close());

  const host = config.server.hostIdentifier;
  const createVerifier = (name: string): Verifier => new Verifier(policyNamed(name, config.privacy));
  const sessions = new Sessions({ catalog, storage, quarantine, host, createVerifier, keys });
  const spoolDirectory = join(directory.path, 'spool');
  const spool = await Spool.open(spoolDirectory, (facts) => {
    if (facts.upload) return;
    // The row of a session that lasts is a convenience: should it fail, the finished one is written all the same.
    catalog.put(recordingRow(facts, host)).catch((error: unknown) => {
      log.warn({ session: facts.id, ...errorFields(error) }, 'a session is recorded but not in the catalog yet');
    });
  });
  steps.add(() => spool.close());
  const { spoolBytes } = config.server.limits;
  const budget = await SpoolBudget.open({ directory: spoolDirectory, spoolBytes, log });
  steps.add(() => budget.close());
  const readiness = new Readiness(() => steps.running, gatewayChecks({ spoolDirectory, budget, catalog, storage }));
  // Nobody asks before the admin listener listens; all of it is there by then.
  const metrics = new Metrics(counts, {
    connections: () => ingest.connections.size,
    unfinished: () => queue.size,
    spool: () => spoolUsage(spoolDirectory),
  });
  // Known once it listens, which is after the admin listener does.
  let publicPort: number | undefined;
  const admin = createAdminServer({
    sessions,
    policy: config.privacy,
    token: config.admin.token,
    publicPort: () => publicPort,
    readiness,
    metrics,
    log,
  });
  steps.add(() => admin.close());

  const finisher = new Finisher({ catalog, storage, quarantine, host, createVerifier, observer: metrics });
  const queue = new FinishQueue(finisher, log);
  // Before the spool closes: what a session could not write is tried once more.
  steps.add((milliseconds) => queue.stop(milliseconds));
  const leftovers = await spool.leftovers();

  const geolocation = await Geolocation.open(config, log);
  if (geolocation) steps.add(() => geolocation.close());
  const authorizer = new Authorizer(config, {
    failed: (reason) => log.warn({ reason }, 'the keys at authorization.jwksUrl could not be fetched'),
  });
  steps.add(() => authorizer.close());
  const context: SessionContext = {
    policies: new SessionPolicies(config.privacy, keys),
    spool,
    budget,
    dumpBytes: config.server.limits.dumpBytes,
    counts,
    finish: (source) => queue.add(source),
    locate: geolocation?.locate ?? (() => undefined),
  };
  const uploads = new Uploads(config, authorizer, context, log);
  const ingest = new WebSocketIngest(config, authorizer, context, log, uploads);
  await admin.ready();
  const adminAddress = await listen(admin.server, config.admin, 'admin.port');

  steps.add(() => ingest.stop());
  steps.add(() => uploads.stop());
  // Nobody new while those who are there are told to go.
  steps.add(() => void ingest.server.close());
  const publicAddress = await listen(ingest.server, config.server, 'server.port');
  void authorizer.prepare();
  log.info({ port: publicAddress.port, adminPort: adminAddress.port }, 'listening');

  if (leftovers.length > 0) log.info({ sessions: leftovers.length }, 'finishing sessions of an earlier process');
  for (const path of leftovers) queue.add(path);
  signal?.throwIfAborted();
  return {
    publicAddress,
    adminAddress,
    get unfinished() {
      return queue.size;
    },
    stop: () => steps.run(),
  };
}

/** What stops the parts that were started, the last one first. */
class StopSteps {
  readonly #milliseconds: number;
  readonly #steps: ((milliseconds: number) => void | Promise<void>)[] = [];
  #run: Promise<void> | undefined;

  /** @param milliseconds for all steps together; of those that come too late each gets `LEAST_MS` */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  get running(): boolean {
    return this.#run !== undefined;
  }

  /** @param step is told how many milliseconds it has; it is not waited for any longer */
  add(step: (milliseconds: number) => void | Promise<void>): void {
    this.#steps.unshift(step);
  }

  run(): Promise<void> {
    this.#run ??= this.#runAll();
    return this.#run;
  }

  /** A step that fails does not keep the others from being done. */
  async #runAll(): Promise<void> {
    const end = performance.now() + this.#milliseconds;
    const errors: unknown[] = [];
    for (const step of this.#steps) {
      const left = Math.max(LEAST_MS, end - performance.now());
      const waiting = new AbortController();
      try {
        await Promise.race([step(left), delay(left + LEAST_MS, undefined, { signal: waiting.signal })]);
      } catch (error) {
        errors.push(error);
      } finally {
        waiting.abort();
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}

/** Enough for what only has to be let go. */
const LEAST_MS = 200;

function listen(server: Server, { host, port }: ListenAddress, setting: string): Promise<ListenAddress> {
  const options: ListenOptions = { host, port, backlog: BACKLOG };
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, port, setting)));
    server.listen(options, () => {
      server.removeAllListeners('error');
      const address = server.address() as AddressInfo;
      resolve({ host: address.address, port: address.port });
    });
  });
}

/** Thousands of clients come back at once after a restart. The kernel's own limit (somaxconn) may be lower. */
const BACKLOG = 4096;

function listenError(cause: Error, port: number, setting: string): GatewayError {
  const code = 'code' in cause ? cause.code : undefined;
  return code === 'EADDRINUSE'
    ? new GatewayError('PORT_IN_USE', `${setting}: port ${port} is taken by another program`, { cause })
    : new GatewayError('LISTEN_FAILED', `${setting}: cannot listen on port ${port} (${String(code)})`, { cause });
}
