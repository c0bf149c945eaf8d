import { availableParallelism } from 'node:os';
import { policyName } from '@rtcstats-server/privacy';
import { AuditJob } from '../audit/audit-job.ts';
import { CatalogAuditLog } from '../audit/catalog-audit-log.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { NewDelivery } from '../catalog/deliveries.ts';
import { openCatalog } from '../catalog/open.ts';
import { type BackEnds, openBackEnds } from '../composition/back-ends.ts';
import { createFinishing } from '../composition/finishing.ts';
import { type Intake, openIntake } from '../composition/intake.ts';
import { retentionContext } from '../composition/retention.ts';
import { ShutdownHooks } from '../composition/shutdown-hooks.ts';
import type { Config } from '../config/config.ts';
import { DataDirectory } from '../files/data-directory.ts';
import { restrictAccess } from '../files/private-files.ts';
import { Forwarder } from '../forward/forwarder.ts';
import { openForwardTarget } from '../forward/open.ts';
import { ParquetExport } from '../insights/parquet/exporter.ts';
import { removeUnreleased } from '../lifecycle/release.ts';
import { RetentionJob } from '../lifecycle/retention/job.ts';
import { openTombstones } from '../lifecycle/subjects/tombstones.ts';
import { openLog } from '../log/create-log.ts';
import type { Log } from '../log/log.ts';
import { Counts } from '../metrics/counts.ts';
import { instrumented } from '../metrics/instrumented.ts';
import { Metrics } from '../metrics/metrics.ts';
import { hostForUrl } from '../net/host-for-url.ts';
import { type ListenAddress, listen } from '../net/listen.ts';
import { RollupJob } from '../overview/rollup-job.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { allLeftovers } from '../spool/leftovers.ts';
import { spoolUsage } from '../spool/usage.ts';
import { WorkerPool } from '../workers/pool.ts';
import { createAdminListener, createSessions } from './admin-listener.ts';
import { createErasures, createRemoval } from './erasures.ts';

export type { Log } from '../log/log.ts';
export type { ListenAddress } from '../net/listen.ts';

export interface Gateway {
  readonly publicAddress: ListenAddress;
  readonly adminAddress: ListenAddress;
  /** Sessions that are closed but not finished, in all processes. */
  readonly pendingSessions: number;
  /**
   * Closes every socket with 1001, finishes the dumps that it can within `server.drainSeconds`, and releases the data
   * directory. Safe to call twice.
   */
  stop(): Promise<void>;
}

export interface GatewayOptions {
  /** Default: on standard output, as `log` of the configuration says. */
  readonly log?: Log;
  /** Lines that `log` has dropped, for the metrics. Default: 0, or those of the default log. */
  readonly droppedLogLines?: () => number;
  /** Aborts the start: `startGateway` then rejects with the signal's reason and leaves nothing running. */
  readonly signal?: AbortSignal;
}

/**
 * Starts a gateway. Everything is built and connected here, in stages. Each stage is a function that takes the results
 * of the earlier ones, so that using a part before it exists does not compile:
 *
 *     1  openBackEnds          storage, quarantine, spool (composition/back-ends.ts)
 *     2  createFinishing       verify, compress, store: the finish queue (composition/finishing.ts)
 *     3  openIntake            sessions; here (composition/intake.ts) or in workers (workers/pool.ts)
 *     4  new Metrics           reads the figures of all stages above
 *     5  createAdminListener   console, API, readiness (gateway/admin-listener.ts)
 *     6  listen                the admin listener first, so that readiness can be checked; then the public one
 *
 * A worker (workers/worker.ts) runs the stages 1 to 4 as well. Parts stop from the client's end to the disk's: intake,
 * forwarder, admin listener, back ends, data directory. When a stage fails, what was started before it is stopped.
 *
 * @throws GatewayError DATA_DIRECTORY_IN_USE, DATA_DIRECTORY_UNUSABLE, CATALOG_UNAVAILABLE, CATALOG_MISCONFIGURED,
 *   STORAGE_UNAVAILABLE, STORAGE_MISCONFIGURED, KEY_UNUSABLE, GEODATABASE_UNUSABLE,
 *   CONFIG_INVALID (a file named in it), PORT_IN_USE or LISTEN_FAILED
 */
export async function startGateway(config: Config, options: GatewayOptions = {}): Promise<Gateway> {
  const { log, droppedLogLines } = logOf(config, options);
  const hooks = new ShutdownHooks();
  try {
    return await start(config, { log, droppedLogLines, signal: options.signal }, hooks);
  } catch (error) {
    await hooks.run(drainMs(config));
    throw error;
  }
}

async function start(
  config: Config,
  { log, droppedLogLines, signal }: Started,
  hooks: ShutdownHooks,
): Promise<Gateway> {
  signal?.throwIfAborted();
  const directory = DataDirectory.claim(config.dataDirectory);
  hooks.add(() => directory.release());
  const [exposed] = restrictAccess(config.dataDirectory);
  if (exposed !== undefined) log.warn({ path: exposed }, 'other users may access files of the data directory');
  const keys = openPseudonymKeys(config, { create: true });
  const counts = new Counts();
  const catalog = instrumented(await openCatalog(config, { log, owner: true }), 'catalog', counts);
  hooks.add(() => catalog.close());
  const backEnds = await openBackEnds({ config, keys, counts, catalog, owner: true, log }, hooks);
  const { spoolDirectory } = backEnds;
  // Stops after the intake, so that the calls it finishes while it stops are counted as well.
  const rollups = new RollupJob(catalog.rollups, log);
  hooks.add(() => rollups.stop());

  // Stops after the admin listener, so that the last requests are signed as well.
  const auditJob = createAuditJob(backEnds);
  hooks.add(() => auditJob.stop());

  // The admin listener starts after the intake and outlives it, so that readiness and metrics can be read while
  // sessions drain.
  const adminHooks = hooks.group();
  const forwarder = createForwarder(backEnds);
  if (forwarder) hooks.add(() => forwarder.stop());
  const deliver = async (delivery: NewDelivery): Promise<void> => {
    await catalog.deliveries.add([delivery]);
    forwarder?.wake();
  };
  const tombstones = await openTombstones(config, keys, { create: true });
  const { queue, finishMetrics } = createFinishing(backEnds, deliver, {
    has: (session) => tombstones.of(session).length > 0,
    discarded: (id) => catalog.sessions.delete(id),
  });
  const leftovers = await allLeftovers(spoolDirectory);
  await removeUnreleased(config.dataDirectory);

  const processes = config.server.processes || availableParallelism();
  const intake: Intake =
    processes === 1
      ? await openIntake({ ...backEnds, queue, tombstones, ownSpoolDirectory: spoolDirectory })
      : new WorkerPool({ config, processes, spoolDirectory, catalog, deliver, queue, log });
  hooks.addSelfLimiting((milliseconds) => intake.stop(milliseconds));

  const metrics = new Metrics(counts, finishMetrics, {
    // Connections of workers are in their own registries, which are added up.
    connections: () => (processes === 1 ? intake.connections : 0),
    pendingSessions: () => queue.size + (processes === 1 ? intake.pendingSessions : 0),
    stallSeconds: () => intake.stallSeconds,
    spool: () => spoolUsage(spoolDirectory),
    deliveries: () => catalog.deliveries.counts(),
    forwardPaused: () => forwarder !== undefined && forwarder.paused !== null,
    others: () => intake.metrics(),
    droppedLogLines,
  });

  const audit = new CatalogAuditLog(catalog.audit);
  const removal = createRemoval(backEnds);
  const sessions = createSessions(backEnds, removal);
  const erasures = createErasures({ ...backEnds, removal, tombstones, intake, forwarder, audit });
  const stopping = (): boolean => hooks.running;
  const admin = createAdminListener({ ...backEnds, audit, sessions, erasures, forwarder, intake, metrics, stopping });
  adminHooks.add(() => admin.app.close());
  hooks.add(() => admin.canary.stop());
  await admin.app.ready();
  const adminAddress = await listen(admin.app.server, config.admin, 'admin.port', log);

  const publicAddress = await intake.listen();
  forwarder?.start();
  // Stops before the intake, which discards the sessions of the erased.
  hooks.add(() => erasures.job.stop());
  erasures.job.start();
  rollups.start();
  auditJob.start();
  const parquetExport = createParquetExport(backEnds);
  if (parquetExport) {
    adminHooks.add(() => parquetExport.stop());
    parquetExport.start();
  }
  log.info(config.retention, 'retention in force; `rtcstats-server retention --dry-run` lists what goes next');
  const retention = new RetentionJob(retentionContext(backEnds), log, (pass) => counts.retention.add(pass));
  adminHooks.add(() => retention.stop());
  retention.start();
  log.info(
    {
      clients: `ws://${hostForUrl(publicAddress.host)}:${publicAddress.port}`,
      console: `http://${hostForUrl(adminAddress.host)}:${adminAddress.port}`,
      port: publicAddress.port,
      adminPort: adminAddress.port,
      processes,
    },
    'listening',
  );

  if (leftovers.length > 0) log.info({ sessions: leftovers.length }, 'finishing sessions of an earlier process');
  for (const path of leftovers) queue.add(path);
  signal?.throwIfAborted();
  return {
    publicAddress,
    adminAddress,
    get pendingSessions() {
      return queue.size + intake.pendingSessions;
    },
    stop: () => hooks.run(drainMs(config)),
  };
}

type Started = Required<Pick<GatewayOptions, 'log' | 'droppedLogLines'>> & { readonly signal: AbortSignal | undefined };

function logOf(config: Config, { log, droppedLogLines = () => 0 }: GatewayOptions): Omit<Started, 'signal'> {
  if (log) return { log, droppedLogLines };
  const opened = openLog(config.log);
  return { log: opened.log, droppedLogLines: () => opened.output.dropped };
}

function createAuditJob({ config, catalog, log }: BackEnds<Catalog>): AuditJob {
  const { dataDirectory, server, privacy } = config;
  const running = { host: server.hostIdentifier, policy: policyName(privacy) };
  return new AuditJob({ audit: catalog.audit, dataDirectory, running, log });
}

/** `undefined` without a token of rtcstats.com: then nothing can be sent there, and nothing deleted. */
function createForwarder({ config, catalog, storage, log }: BackEnds<Catalog>): Forwarder | undefined {
  const { mode, budget = null } = config.forward;
  const target = openForwardTarget(config.forward);
  return target && new Forwarder({ catalog, storage, target, sends: mode !== 'off', budget, log });
}

/** `undefined` where nothing is exported. */
function createParquetExport({ config, catalog, storage, log }: BackEnds<Catalog>): ParquetExport | undefined {
  const { dataDirectory, insights, server } = config;
  if (!insights.enabled || !insights.parquet.enabled) return undefined;
  const { exports, leases } = catalog;
  const intervalMs = insights.parquet.intervalMinutes * 60_000;
  return new ParquetExport({ exports, leases, storage, dataDirectory, host: server.hostIdentifier, intervalMs, log });
}

function drainMs({ server }: Config): number {
  return server.drainSeconds * 1000;
}
