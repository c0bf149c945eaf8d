import type { NewDelivery } from '../catalog/deliveries.ts';
import type { SessionRow } from '../catalog/sessions.ts';
import type { Config } from '../config/config.ts';
import type { MetricObject } from '../metrics/metrics.ts';
import type { ListenAddress } from '../net/listen.ts';
import type { SpoolShortage } from '../spool/budget.ts';

/**
 * Many processes (`server.processes`). The **primary** does what is done once a machine: it holds the data directory and the catalog,
 * makes the key of pseudonyms, runs the admin listener, and finishes what ended processes left behind. Each **worker** does what clients need:
 * ingest, session, anonymizer, spool, and finishing its own sessions up to the storage.
 *
 *     <data>/spool/<slot>/        where the worker of this slot records, and nobody else; `lock` in it is its claim
 *
 * **Rows go through the primary.** It puts the rows of all workers into one statement. Were each worker to write, those that find
 * SQLite's file locked would stand still, sockets and all, until it is free; with PostgreSQL each would need connections.
 *
 * **A worker that ends** is replaced. The primary waits until its claim is gone, brings its journal into the sessions' files, finishes them
 * itself, and only then lets the next worker record there. **A primary that ends** takes its workers along: they end when the channel
 * closes, and the next primary waits for their claims as well. So there is never a second process that writes to a file.
 *
 * **Stopping.** Only the primary listens to signals, since Ctrl-C and service managers send them to every process of a group. It tells the
 * workers to drain, and ends those that are not done in time; the next start finishes what they leave.
 */
export interface PrimaryMethods {
  /** `Catalog.put` */
  put(row: SessionRow): Promise<void>;
  /** A dump is to be forwarded, which the primary does. */
  deliver(delivery: NewDelivery): Promise<void>;
}

export interface WorkerMethods {
  /** The first call. Resolves when the worker takes clients. */
  start(given: WorkerStart): Promise<ListenAddress>;
  figures(given: null): Promise<WorkerFigures>;
  /** The worker's metrics, as prom-client's registry hands them out. */
  metrics(given: null): Promise<MetricObject[]>;
  /** Closes the connections and finishes what it can in so many milliseconds; the worker ends afterwards. */
  drain(milliseconds: number): Promise<void>;
}

export interface WorkerStart {
  readonly config: Config;
  /** From 1. */
  readonly slot: number;
}

export interface WorkerFigures {
  readonly connections: number;
  /** Sessions that are closed but not finished. */
  readonly unfinished: number;
  /** Why it takes no new sessions; `null` when it does. */
  readonly shortage: SpoolShortage | null;
}
