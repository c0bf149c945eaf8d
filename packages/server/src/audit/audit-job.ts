import type { Catalog } from '../catalog/catalog.ts';
import { errorFields, type Log } from '../log/log.ts';
import { CatalogAuditLog } from './catalog-audit-log.ts';
import { CheckpointJob } from './checkpoint-job.ts';
import { type RunningPolicy, recordPolicy } from './policy-changes.ts';

/** How often a log that has grown is signed, in milliseconds. */
const INTERVAL_MS = 60_000;

interface AuditJobParts {
  readonly audit: Catalog['audit'];
  readonly dataDirectory: string;
  readonly running: RunningPolicy;
  readonly log: Log;
  readonly intervalMs?: number;
}

/**
 * The part of a gateway in the audit log: records the policy when it has changed, and signs checkpoints while the log
 * grows, and once more when it stops. While the catalog is away, it tries again at every interval.
 */
export class AuditJob {
  readonly #parts: AuditJobParts;
  readonly #checkpoints: CheckpointJob;
  #isPolicyRecorded = false;
  #hasFailed = false;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: AuditJobParts) {
    this.#parts = parts;
    this.#checkpoints = new CheckpointJob(parts);
  }

  start(): void {
    if (this.#stopped) return;
    void this.run();
    this.#timer ??= setInterval(() => void this.run(), this.#parts.intervalMs ?? INTERVAL_MS);
  }

  /** Never rejects: the next run tries again. A call during a run returns that run. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Waits for the run under way, and signs what came after it. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
    await this.#checkpoints.run();
  }

  async #run(): Promise<void> {
    const { audit, running, log } = this.#parts;
    if (!this.#isPolicyRecorded) {
      try {
        await recordPolicy(new CatalogAuditLog(audit), audit, running);
        this.#isPolicyRecorded = true;
      } catch (error) {
        // Once, because the checkpoints report the same outage.
        if (!this.#hasFailed) log.warn(errorFields(error), 'the policy is not in the audit log yet; trying again');
        this.#hasFailed = true;
      }
    }
    await this.#checkpoints.run();
  }
}
