import { Authorizer } from '../auth/authorization.ts';
import type { Sessions } from '../catalog/sessions.ts';
import type { Config } from '../config/config.ts';
import type { FinishQueue } from '../finish/queue.ts';
import { recordingRow } from '../finish/session-rows.ts';
import { Geolocation } from '../geolocation/geolocation.ts';
import { WebSocketIngest } from '../ingest/websocket.ts';
import { errorFields, type Log } from '../log/log.ts';
import type { Counts } from '../metrics/counts.ts';
import type { MetricObject } from '../metrics/metrics.ts';
import { type ListenAddress, listen } from '../net/listen.ts';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import type { SessionContext } from '../session/session.ts';
import { SessionPolicies } from '../session/session-policies.ts';
import type { SpoolBudget, SpoolShortage } from '../spool/budget.ts';
import type { SessionHeader } from '../spool/record.ts';
import { Spool } from '../spool/spool.ts';
import { Uploads } from '../upload/uploads.ts';
import { ShutdownHooks } from './shutdown-hooks.ts';

/** An outage of the catalog concerns every session; it is told this often. */
const COMPLAINT_INTERVAL_MS = 10_000;

export interface IntakeParts {
  readonly config: Config;
  readonly keys: PseudonymKeys;
  readonly catalog: Pick<Sessions, 'put'>;
  readonly queue: FinishQueue;
  readonly budget: SpoolBudget;
  readonly counts: Counts;
  /** Where this process records; nobody else writes there. */
  readonly spoolDirectory: string;
  readonly log: Log;
}

/** What takes clients and records them: this process (`openIntake`), or workers (workers/pool.ts). */
export interface Intake {
  /** Open connections. */
  readonly connections: number;
  /** Sessions that are closed but not finished, and not in the gateway's own queue. */
  readonly unfinished: number;
  /** Why no new sessions are taken; `null` when they are. */
  readonly shortage: SpoolShortage | null;
  /** Begins to take clients. */
  listen(): Promise<ListenAddress>;
  /** What registries of metrics in other processes hold. */
  metrics(): Promise<readonly MetricObject[][]>;
  /** Closes the connections, and stops the queue when all they leave is in it. */
  stop(milliseconds: number): Promise<void>;
}

/** The intake of one process: ingest, session, spool, and its sessions' way to the queue. */
export async function openIntake(parts: IntakeParts): Promise<Intake> {
  const steps = new ShutdownHooks();
  try {
    return await open(parts, steps);
  } catch (error) {
    await steps.run(0);
    throw error;
  }
}

async function open(parts: IntakeParts, steps: ShutdownHooks): Promise<Intake> {
  const { config, queue, counts, budget, log } = parts;
  const spool = await Spool.open(parts.spoolDirectory, recordingRows(parts));
  steps.add(() => spool.close());
  // Before the spool closes: what a session could not write is tried once more.
  steps.add((milliseconds) => queue.stop(milliseconds));
  const geolocation = await Geolocation.open(config.geolocation, log);
  if (geolocation) steps.add(() => geolocation.close());
  const authorizer = new Authorizer(config.authorization, {
    failed: (reason) => log.warn({ reason }, 'the keys at authorization.jwksUrl could not be fetched'),
  });
  steps.add(() => authorizer.close());
  const context: SessionContext = {
    policies: new SessionPolicies(config.privacy, parts.keys),
    spool,
    budget,
    dumpBytes: config.server.limits.dumpBytes,
    internalsBytes: config.server.limits.internalsBytes,
    counts,
    finish: (source) => queue.add(source),
    locate: geolocation?.locate ?? (() => undefined),
  };
  const uploads = new Uploads(config.server, authorizer, context, log);
  const ingest = new WebSocketIngest(config.server, authorizer, context, log, uploads);
  return {
    get connections() {
      return ingest.connections.size;
    },
    unfinished: 0,
    get shortage() {
      return budget.shortage;
    },
    metrics: () => Promise.resolve([]),
    stop: (milliseconds) => steps.run(milliseconds),
    listen: async () => {
      steps.add(() => ingest.stop());
      steps.add(() => uploads.stop());
      // Nobody new while those who are there are told to go.
      steps.add(() => void ingest.server.close());
      const address = await listen(ingest.server, config.server, 'server.port', log);
      void authorizer.prepare();
      return address;
    },
  };
}

/** The row of a session that lasts is a convenience: should it fail, the finished one is written all the same. */
function recordingRows({ config, catalog, log }: IntakeParts): (facts: SessionHeader) => void {
  let complained = Number.NEGATIVE_INFINITY;
  return (facts) => {
    if (facts.upload) return;
    catalog.put(recordingRow(facts, config.server.hostIdentifier)).catch((error: unknown) => {
      const now = performance.now();
      if (now - complained < COMPLAINT_INTERVAL_MS) return;
      complained = now;
      log.warn({ session: facts.id, ...errorFields(error) }, 'sessions are recorded but not in the catalog yet');
    });
  };
}
