import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { pino } from 'pino';
import { gatewayChecks } from '../admin/checks.ts';
import { Readiness } from '../admin/readiness.ts';
import { createAdminServer } from '../admin/server.ts';
import { signToken } from '../auth/sign-token.ts';
import { CanaryRuns } from '../canary-runs/canary-runs.ts';
import type { NewDelivery } from '../catalog/deliveries.ts';
import { openCatalog } from '../catalog/open.ts';
import { type Intake, openIntake } from '../composition/intake.ts';
import { ShutdownHooks } from '../composition/shutdown-hooks.ts';
import type { Config } from '../config/config.ts';
import { DataDirectory } from '../files/data-directory.ts';
import { FINISH_STEPS, Finisher } from '../finish/finisher.ts';
import { FinishQueue } from '../finish/queue.ts';
import { DeliveryService } from '../forward/delivery-service.ts';
import { Forwarder } from '../forward/forwarder.ts';
import { forwardGate, openForwardTarget } from '../forward/open.ts';
import { releaseSession } from '../lifecycle/release.ts';
import { Sessions } from '../lifecycle/sessions.ts';
import type { Log } from '../log/log.ts';
import { Counts } from '../metrics/counts.ts';
import { instrumented } from '../metrics/instrumented.ts';
import { Metrics } from '../metrics/metrics.ts';
import { type ListenAddress, listen } from '../net/listen.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { policyNamed } from '../session/session-policies.ts';
import { SpoolBudget } from '../spool/budget.ts';
import { allLeftovers, makeSpoolDirectory } from '../spool/leftovers.ts';
import { spoolUsage } from '../spool/usage.ts';
import { openQuarantine, openStorage } from '../storage/open.ts';
import { WorkerPool } from '../workers/pool.ts';

export type { Log } from '../log/log.ts';
export type { ListenAddress } from '../net/listen.ts';

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
  const steps = new ShutdownHooks();
  try {
    return await start(config, log, steps, options.signal);
  } catch (error) {
    await steps.run(drainMs(config));
    throw error;
  }
}

async function start(config: Config, log: Log, steps: ShutdownHooks, signal?: AbortSignal): Promise<Gateway> {
  signal?.throwIfAborted();
  const directory = DataDirectory.claim(config.dataDirectory);
  steps.add(() => directory.release());
  const keys = openPseudonymKeys(config, { create: true });
  const counts = new Counts();
  const catalog = instrumented(await openCatalog(config, { log }), 'catalog', counts);
  steps.add(() => catalog.close());
  const storage = instrumented(await openStorage(config, { owner: true, log }), 'storage', counts);
  steps.add(() => storage.close());
  const quarantine = instrumented(await openQuarantine(config, { owner: true }), 'quarantine', counts);
  steps.add(() => quarantine.close());
  const spoolDirectory = join(directory.path, 'spool');
  await makeSpoolDirectory(spoolDirectory);
  const budget = await SpoolBudget.open({
    directory: spoolDirectory,
    spoolBytes: config.server.limits.spoolBytes,
    log,
  });
  steps.add(() => budget.close());

  const processes = config.server.processes || availableParallelism();
  const host = config.server.hostIdentifier;
  const createVerifier = (name: string): Verifier => new Verifier(policyNamed(name, config.privacy));
  const sessions = new Sessions({ catalog, storage, quarantine, host, createVerifier, keys });
  const target = openForwardTarget(config.forward);
  const sends = config.forward.mode !== 'off';
  const forwarder =
    target && new Forwarder({ catalog, storage, target, sends, budget: config.forward.budget ?? null, log });
  // Nobody asks before the admin listener listens; all of it is there by then.
  const metrics = new Metrics(
    counts,
    {
      connections: () => (processes === 1 ? intake.connections : 0),
      unfinished: () => queue.size,
      spool: () => spoolUsage(spoolDirectory),
      deliveries: () => catalog.deliveries.counts(),
      forwardPaused: () => forwarder !== undefined && forwarder.paused !== null,
      ...(processes === 1 ? {} : { others: () => intake.metrics() }),
    },
    FINISH_STEPS,
  );
  const checks = gatewayChecks({
    spoolDirectory,
    room: () => budget.shortage ?? intake.shortage,
    catalog,
    storage,
    forwarder,
  });
  const readiness = new Readiness(() => steps.running, checks);
  // Known once it listens, which is after the admin listener does.
  let publicAddress: ListenAddress | undefined;
  const deliveries = new DeliveryService({ catalog, enabled: sends, forwarder });
  const canary = new CanaryRuns({
    config,
    dataDirectory: directory.path,
    keys,
    sessions,
    deliveries,
    metrics,
    address: () => publicAddress,
    log,
  });
  const admin = createAdminServer({
    sessions,
    deliveries,
    policy: config.privacy,
    token: config.admin.token,
    publicPort: () => publicAddress?.port,
    canary,
    release: (id) =>
      releaseSession(id, {
        catalog: catalog.sessions,
        storage,
        quarantine,
        dataDirectory: directory.path,
        host,
        createVerifier,
      }),
    tryIt: {
      tokenRequired: asksForToken(config.authorization),
      sign: (conference) => signToken(config.authorization, { conference, forward: false }, TRY_IT_TOKEN_SECONDS),
    },
    readiness,
    metrics,
    log,
  });
  steps.add(() => admin.close());

  if (forwarder) steps.add(() => forwarder.stop());
  const deliver = async (delivery: NewDelivery): Promise<void> => {
    await catalog.deliveries.add([delivery]);
    forwarder?.wake();
  };
  const forward = forwardGate(config.forward, keys, deliver);
  const finisher = new Finisher({
    catalog: catalog.sessions,
    storage,
    quarantine,
    host,
    createVerifier,
    observer: metrics,
    ...(forward && { forward }),
  });
  const queue = new FinishQueue(finisher, log);
  const leftovers = await allLeftovers(spoolDirectory);
  const intake: Intake =
    processes === 1
      ? await openIntake({ config, keys, catalog: catalog.sessions, queue, budget, counts, spoolDirectory, log })
      : new WorkerPool({ config, processes, spoolDirectory, catalog: catalog.sessions, deliver, queue, log });
  steps.add((milliseconds) => intake.stop(milliseconds));
  steps.add(() => canary.stop());
  await admin.ready();
  const adminAddress = await listen(admin.server, config.admin, 'admin.port', log);

  const listening = await intake.listen();
  publicAddress = listening;
  forwarder?.start();
  log.info({ port: listening.port, adminPort: adminAddress.port, processes }, 'listening');

  if (leftovers.length > 0) log.info({ sessions: leftovers.length }, 'finishing sessions of an earlier process');
  for (const path of leftovers) queue.add(path);
  signal?.throwIfAborted();
  return {
    publicAddress: listening,
    adminAddress,
    get unfinished() {
      return queue.size + intake.unfinished;
    },
    stop: () => steps.run(drainMs(config)),
  };
}

function drainMs({ server }: Config): number {
  return server.drainSeconds * 1000;
}

/** How long the token of a call that is made to try the gateway may be used to connect. */
const TRY_IT_TOKEN_SECONDS = 600;

function asksForToken({ jwtSecret, publicKey, jwksUrl, required }: Config['authorization']): boolean {
  return required ?? (jwtSecret !== undefined || publicKey !== undefined || jwksUrl !== undefined);
}
