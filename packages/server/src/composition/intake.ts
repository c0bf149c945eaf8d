import { Authorizer } from '../auth/authorization.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { recordingRow } from '../finish/session-rows.ts';
import { Geolocation } from '../geolocation/geolocation.ts';
import { WebSocketIngest } from '../ingest/websocket.ts';
import type { DiscardedSessions, ErasedSubject } from '../lifecycle/subjects/contract.ts';
import type { Tombstones } from '../lifecycle/subjects/tombstones.ts';
import { errorFields } from '../log/log.ts';
import { throttled } from '../log/throttle.ts';
import type { MetricObject } from '../metrics/metrics.ts';
import { NetworkNames } from '../net/client-network.ts';
import { addressOf, type ListenAddress, listen } from '../net/listen.ts';
import { AnonymizerThread } from '../session/anonymizer-thread.ts';
import type { Session, SessionContext } from '../session/session.ts';
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
  /** For how long the disk has not answered the oldest write of the spool, in seconds; 0 when nothing is written. */
  readonly stallSeconds: number;
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
   * Discards the sessions of a subject that was erased, in all processes: those that are being recorded, whose
   * connections are closed with 4410, and those that wait to be finished. Resolves when nothing of them is in the
   * spool.
   *
   * @param ids of sessions that are known to be the subject's
   */
  erase(subject: ErasedSubject, ids: readonly string[]): Promise<DiscardedSessions>;
  /**
   * Closes the connections with 1001, then stops the finish queue, which has all their sessions by then. Safe to call
   * twice, and before `listen`.
   *
   * @param milliseconds for all of it; what is not finished by then stays in the spool for the next start
   * @throws GatewayError SPOOL_NOT_WRITTEN when the disk hangs, so that lines are in memory only
   */
  stop(milliseconds: number): Promise<void>;
}

export interface IntakeParts extends BackEnds<RowCatalog>, Pick<Finishing, 'queue'> {
  /** Where this process records; no other process writes there. */
  readonly ownSpoolDirectory: string;
  /** Absent where nobody can be erased. */
  readonly tombstones?: Tombstones;
}

/** Part of the time to stop in which queue and spool can still say what they could not finish, in milliseconds. */
const REPORT_MS = 1000;

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
  const spool = await Spool.open(parts.ownSpoolDirectory, {
    started: recordingRows(parts),
    stalled: (isStalled) => {
      if (isStalled) log.error('the disk of the spool does not answer: what clients send waits in memory');
      else log.info('the disk of the spool answers again');
    },
  });
  hooks.add((milliseconds) => closedWithin(spool, milliseconds));
  // Before the spool closes: the queue makes a last try to write sessions that could not be written.
  hooks.add((milliseconds) => queue.stop(milliseconds));
  // Sessions that have ended get to the queue when their files are complete.
  hooks.add((milliseconds) => settledWithin(spool.settled(), milliseconds));
  const geolocation = await Geolocation.open(config.geolocation, log);
  if (geolocation) hooks.add(() => geolocation.close());
  const authorizer = new Authorizer(config.authorization, {
    failed: (reason) => log.warn({ reason }, 'the keys at authorization.jwksUrl could not be fetched'),
  });
  hooks.add(() => authorizer.close());
  const anonymizerThread = new AnonymizerThread();
  // Sessions whose connection is closed may still wait for the thread; they get to the queue after that.
  hooks.add((milliseconds) => settledWithin(anonymizerThread.idle(), milliseconds));
  const room = {
    get shortage() {
      // Clients that come now would only wait.
      return budget.shortage ?? (spool.full === undefined ? null : 'writing');
    },
    failed: (error: unknown) => budget.failed(error),
  };
  const recording = new Set<Session>();
  const context: SessionContext = {
    recording,
    policies: new SessionPolicies(config.privacy, parts.keys),
    spool,
    budget: room,
    dumpBytes: config.server.limits.dumpBytes,
    internalsBytes: config.server.limits.internalsBytes,
    counts,
    anonymizerThread,
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
    get pendingSessions() {
      return spool.endingSessions;
    },
    get stallSeconds() {
      return spool.stallSeconds;
    },
    get shortage() {
      return room.shortage;
    },
    get address() {
      return addressOf(ingest.server);
    },
    metrics: () => Promise.resolve([]),
    erase: async (subject, ids) => {
      const { tombstones } = parts;
      tombstones?.remember(subject);
      const isErased = ({ subject }: Session): boolean => subject !== undefined && tombstones?.of(subject).length !== 0;
      const live = tombstones ? [...recording].filter(isErased) : [];
      await Promise.all(live.map((session) => session.erase()));
      const left = await queue.erase(new Set(ids));
      await spool.scrub();
      return { live: live.map(({ id }) => id), pending: left > 0 };
    },
    stop: (milliseconds) => hooks.run(Math.max(0, milliseconds - REPORT_MS)),
    listen: async () => {
      // At the same time: an upload whose file waits for the disk must not delay the connections.
      hooks.add(async () => void (await Promise.all([ingest.stop(), uploads.stop()])));
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

/** @throws GatewayError SPOOL_NOT_WRITTEN when the disk takes longer */
async function closedWithin(spool: Spool, milliseconds: number): Promise<void> {
  let closed = false;
  const closing = spool.close().then(() => {
    closed = true;
  });
  await settledWithin(closing, milliseconds);
  if (!closed) throw new GatewayError('SPOOL_NOT_WRITTEN');
}

/** Resolves with `work`, after `milliseconds` at the latest. */
async function settledWithin(work: Promise<void>, milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.min(milliseconds, MAX_TIMER_MS));
  await Promise.race([work, promise]);
  clearTimeout(timer);
}

/** The longest time that a timer can take. */
const MAX_TIMER_MS = 2 ** 31 - 1;
