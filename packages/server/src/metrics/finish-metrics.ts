import type { SessionState } from '@rtcstats-server/api';
import { Histogram, type Registry } from 'prom-client';
import type { AnalyzedCall, Counts } from './counts.ts';

/** The columns of a finished session's row that metrics use. */
export interface FinishedSession {
  readonly state: SessionState;
  readonly receipt: { readonly complete: boolean };
}

/** Seconds: a small dump takes milliseconds; a large dump or a slow storage takes minutes. */
const STEP_BUCKETS = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60];
/** Seconds: finer around the two in which a dump should be stored, and up to the hour of an outage. */
const STORED_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600];

/**
 * How long finishing takes. Separate from `Metrics` because finishing is built first: it writes here, and `Metrics`,
 * which reads the length of the finish queue, publishes it.
 */
export class FinishMetrics {
  readonly #counts: Counts;
  readonly #steps: Histogram<'step'>;
  readonly #stored: Histogram;

  /** @param steps names of the finishing steps, so that each has a series from the start */
  constructor(counts: Counts, steps: readonly string[] = []) {
    this.#counts = counts;
    this.#steps = new Histogram({
      name: 'rtcstats_finish_seconds',
      help: 'Time a step of finishing a session took, failed tries left out',
      labelNames: ['step'],
      buckets: STEP_BUCKETS,
      registers: [],
    });
    for (const step of steps) this.#steps.zero({ step });
    this.#stored = new Histogram({
      name: 'rtcstats_closed_to_stored_seconds',
      help: 'Time from the end of a session until its dump and its row were kept',
      buckets: STORED_BUCKETS,
      registers: [],
    });
  }

  register(registry: Registry): void {
    registry.registerMetric(this.#steps);
    registry.registerMetric(this.#stored);
  }

  /** A step succeeded. */
  finishStep(step: string, seconds: number): void {
    this.#steps.observe({ step }, seconds);
  }

  /**
   * A session is finished: its row is written, and its analysis with it.
   *
   * @param closedAt when the gateway had all of it (ISO 8601); null if that is not known
   */
  finished({ state, receipt }: FinishedSession, closedAt: string | null, analysis?: AnalyzedCall): void {
    this.#counts.sessions[state]++;
    if (analysis) this.#counts.analyzed(analysis);
    // The end of a session that a crash cut off is not known, so there is nothing to measure from.
    if (closedAt !== null && receipt.complete)
      this.#stored.observe(Math.max(0, Date.now() - Date.parse(closedAt)) / 1000);
  }
}
