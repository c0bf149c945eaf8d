import { Authorizer } from '../auth/authorization.ts';
import { recordingRow } from '../finish/session-rows.ts';
import { Geolocation } from '../geolocation/geolocation.ts';
import { WebSocketIngest } from '../ingest/websocket.ts';
import { errorFields } from '../log/log.ts';
import { throttled } from '../log/throttle.ts';
import type { MetricObject } from '../metrics/metrics.ts';
import { NetworkNames } from '../net/client-network.ts';
import { addressOf, type ListenAddress, listen } from '../net/listen.ts';
import type { SessionContext } from '../session/session.ts';
import { SessionPolicies } from '../session/session-policies.ts';
import type { SpoolShortage } from '../spool/budget.ts';
import type { SessionHeader } from '../spool/record.ts';
import { Spool } from '../spool/spool.ts';
import { Uploads } from '../upload/uploads.ts';
import type { BackEnds, RowCatalog } from './back-ends.ts';
import type { Finishing } from './finishing.ts';
import { ShutdownHooks } from './shutdown-hooks.ts';

/**
 * Stage 3: accepts clients and records their sessions, in this process (`openIntake`) or in workers (workers/pool.ts).
 *
 *     opened ──listen──▶ listening ──stop──▶ stopped
 *        └───────────────────stop──────────────▲
 *
 * Both implementations run the suite in packages/testing/src/contracts/intake.ts.
 */
export interface Intake {
  /** Open connections. */
  readonly connections: number;
  /** Sessions that are closed but not finished and not in the gateway's own finish queue. */
  readonly pendingSessions: number;
  /** Why new sessions are rejected; `null` while they are accepted. */
  readonly shortage: SpoolShortage | null;
  /** Address of the public listener; `undefined` while it does not listen. */
  readonly address: ListenAddress | undefined;
  /**
   * Begins to accept clients. Call once.
   *
   * @throws GatewayError PORT_IN_USE or LISTEN_FAILED; the intake must be stopped then as well
   */
  listen(): Promise<ListenAddress>;
  /** The metric registries of other processes; empty without workers. */
  metrics(): Promise<readonly MetricObject[][]>;
  /**
   * Closes the connections with 1001, then stops the finish queue, which has all their sessions by then. Safe to call
   * twice, and before `listen`.
   *
   * @param milliseconds for all of it; what is not finished by then stays in the spool for the next start
   */
  stop(milliseconds: number): Promise<void>;
}

export interface IntakeParts extends BackEnds<RowCatalog>, Pick<Finishing, 'queue'> {
  /** Where this process records; no other process writes there. */
  readonly ownSpoolDirectory: string;
}

/** The intake of one process: sockets and uploads, their sessions, and the spool that these write to. */
export async function openIntake(parts: IntakeParts): Promise<Intake> {
  const hooks = new ShutdownHooks();
  try {
    return await open(parts, hooks);
  } catch (error) {
    await hooks.run(0);
    throw error;
  }
}

async function open(parts: IntakeParts, hooks: ShutdownHooks): Promise<Intake> {
  const { config, queue, counts, budget, log } = parts;
  const spool = await Spool.open(parts.ownSpoolDirectory, recordingRows(parts));
  hooks.add(() => spool.close());
  // Before the spool closes: the queue makes a last try to write sessions that could not be written.
  hooks.add((milliseconds) => queue.stop(milliseconds));
  const geolocation = await Geolocation.open(config.geolocation, log);
  if (geolocation) hooks.add(() => geolocation.close());
  const authorizer = new Authorizer(config.authorization, {
    failed: (reason) => log.warn({ reason }, 'the keys at authorization.jwksUrl could not be fetched'),
  });
  hooks.add(() => authorizer.close());
  const context: SessionContext = {
    policies: new SessionPolicies(config.privacy, parts.keys),
    spool,
    budget,
    dumpBytes: config.server.limits.dumpBytes,
    internalsBytes: config.server.limits.internalsBytes,
    counts,
    networks: new NetworkNames(),
    ignoresIdentityEvents: !authorizer.trustsQueryIdentity,
    finish: (source) => queue.add(source),
    locate: geolocation?.locate ?? (() => undefined),
  };
  const uploads = new Uploads(config.server, authorizer, context, log);
  const ingest = new WebSocketIngest(config.server, authorizer, context, log, uploads);
  return {
    get connections() {
      return ingest.connections.size;
    },
    pendingSessions: 0,
    get shortage() {
      return budget.shortage;
    },
    get address() {
      return addressOf(ingest.server);
    },
    metrics: () => Promise.resolve([]),
    stop: (milliseconds) => hooks.run(milliseconds),
    listen: async () => {
      hooks.add(() => ingest.stop());
      hooks.add(() => uploads.stop());
      // First stop accepting, then close the existing connections.
      hooks.add(() => void ingest.server.close());
      const address = await listen(ingest.server, config.server, 'server.port', log);
      void authorizer.prepare();
      return address;
    },
  };
}

/**
 * The row of a running session is a convenience for operators: if it fails, the row of the finished session is written
 * anyway.
 */
function recordingRows({ config, catalog, log }: IntakeParts): (header: SessionHeader) => void {
  // A catalog that is down affects every session.
  const report = throttled((session: string, error: unknown) => {
    log.warn({ session, ...errorFields(error) }, 'sessions are recorded but not in the catalog yet');
  });
  return (header) => {
    if (header.upload) return;
    const row = recordingRow(header, config.server.hostIdentifier);
    catalog.sessions.put(row).catch((error: unknown) => report(header.id, error));
  };
}
