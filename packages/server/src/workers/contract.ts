import type { AnalysisRow } from '../catalog/analyses.ts';
import type { NewDelivery } from '../catalog/deliveries.ts';
import type { SessionRow } from '../catalog/sessions.ts';
import type { Config } from '../config/config.ts';
import type { DiscardedSessions, ErasedSubject } from '../lifecycle/subjects/contract.ts';
import type { MetricObject } from '../metrics/metrics.ts';
import type { ListenAddress } from '../net/listen.ts';
import type { SpoolShortage } from '../spool/budget.ts';
import type { DumpKeysCall } from './dump-keys.ts';

/**
 * One gateway in several processes (`server.processes`).
 *
 *     primary   data directory, catalog, key of the pseudonyms, admin listener, forwarding, sessions of ended processes
 *        │ ▲
 *        │ │ rows and deliveries (PrimaryMethods)
 *        ▼ │ start, drain, figures (WorkerMethods)
 *     worker    ingest, sessions, anonymizer, its part of the spool, finishing its own sessions up to the storage
 *
 *     <data>/spool/<slot>/        the spool of one worker; no other process writes there, and `lock` in it is its claim
 *
 * **Rows go through the primary**, which writes the rows of all workers in one statement. If each worker wrote its own,
 * a worker that finds SQLite's file locked would block its event loop, and with it its sockets; with PostgreSQL each
 * would need connections.
 *
 * **A worker that ends** is replaced. The primary waits until its claim on the slot is released, replays its
 * write-ahead log into the files of the sessions, finishes them itself, and only then starts the next worker for the
 * slot. **When the primary ends**, its workers end too, because their channel closes; the next primary waits for their
 * claims. So two processes never write to the same file.
 *
 * **Stopping.** Only the primary handles signals, because Ctrl-C and service managers send them to every process of the
 * group. It tells the workers to drain and kills those that take too long; the next start finishes their sessions.
 */
export interface PrimaryMethods {
  /** `Sessions.put` of the catalog */
  put(entry: { readonly row: SessionRow; readonly analysis?: AnalysisRow | null }): Promise<void>;
  /** Adds the delivery of a dump to the catalog; the primary forwards it. */
  deliver(delivery: NewDelivery): Promise<void>;
  /** `DumpKeys` of the catalog */
  dumpKeys(call: DumpKeysCall): Promise<unknown>;
  /** Removes the row of a session that was discarded, because its subject was erased. */
  discarded(id: string): Promise<void>;
}

export interface WorkerMethods {
  /** The first call, made once. Resolves when the worker accepts clients. */
  start(given: WorkerStart): Promise<ListenAddress>;
  figures(given: null): Promise<WorkerFigures | NotStarted>;
  /** The worker's metrics, as prom-client's registry returns them. */
  metrics(given: null): Promise<MetricObject[] | NotStarted>;
  /** `Intake.erase` of the worker. */
  erase(given: WorkerErasure): Promise<DiscardedSessions | NotStarted>;
  /**
   * Closes the connections and finishes the sessions that it can in this time. The primary ends the worker afterwards.
   * Rejects with SPOOL_NOT_WRITTEN when the disk hangs.
   */
  drain(milliseconds: number): Promise<void>;
}

export interface WorkerErasure {
  readonly subject: ErasedSubject;
  readonly ids: readonly string[];
}

/** The answer of a worker whose `start` has not resolved. */
export const NOT_STARTED = 'notStarted';
export type NotStarted = typeof NOT_STARTED;

export interface WorkerStart {
  readonly config: Config;
  /** From 1. */
  readonly slot: number;
}

export interface WorkerFigures {
  readonly connections: number;
  /** Sessions that are closed but not finished. */
  readonly pendingSessions: number;
  /** As `Intake.stallSeconds`. */
  readonly stallSeconds: number;
  /** Why the worker rejects new sessions; `null` while it accepts them. */
  readonly shortage: SpoolShortage | null;
}
