import { Counter, Gauge, type Registry } from 'prom-client';

/** What retention removes. `removals`: sessions whose removal was begun by somebody else and was ended by it. */
export const RETENTION_KINDS = [
  'dumps',
  'quarantine',
  'sessions',
  'insights',
  'exports',
  'deliveries',
  'ledger',
  'audit',
  'removals',
] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];

/** A pass of retention, as the metrics need it. */
export interface CountedPass {
  readonly removed: Readonly<Record<RetentionKind, number>>;
  readonly bytes: number;
  /** Null if this pass left the work to another gateway. */
  readonly held: number | null;
  readonly pendingRemovals: number;
  readonly failures: number;
  readonly longestBatchSeconds: number;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
}

/** What retention does in this process. */
export class RetentionMetrics {
  readonly #removed = new Counter({
    name: 'rtcstats_retention_removed_total',
    help: 'Rows, dumps and files that were removed because their time was over',
    labelNames: ['kind'],
    registers: [],
  });
  readonly #bytes = new Counter({
    name: 'rtcstats_retention_bytes_total',
    help: 'Bytes of the dumps that retention removed',
    registers: [],
  });
  readonly #failures = new Counter({
    name: 'rtcstats_retention_failures_total',
    help: 'Steps of retention that failed and are tried again',
    registers: [],
  });
  readonly #lastPass = gauge(
    'rtcstats_retention_last_pass_timestamp_seconds',
    'When the last pass without a failure ended',
  );
  readonly #held = gauge('rtcstats_retention_held_sessions', 'Sessions under a legal hold, at the last pass');
  readonly #pending = gauge(
    'rtcstats_retention_pending_removals',
    'Sessions whose removal was begun and cannot be ended yet, at the last pass',
  );
  readonly #longest = gauge(
    'rtcstats_retention_longest_batch_seconds',
    'The longest transaction of the last pass; other writes of SQLite wait for it',
  );

  constructor() {
    for (const kind of RETENTION_KINDS) this.#removed.inc({ kind }, 0);
  }

  register(registry: Registry): void {
    const metrics = [this.#removed, this.#bytes, this.#failures] as const;
    for (const metric of metrics) registry.registerMetric(metric as Counter);
    for (const metric of [this.#lastPass, this.#held, this.#pending, this.#longest]) registry.registerMetric(metric);
  }

  add({ removed, bytes, held, pendingRemovals, failures, longestBatchSeconds, endedAt }: CountedPass): void {
    for (const kind of RETENTION_KINDS) this.#removed.inc({ kind }, removed[kind]);
    this.#bytes.inc(bytes);
    this.#failures.inc(failures);
    this.#pending.set(pendingRemovals);
    if (held !== null) this.#held.set(held);
    this.#longest.set(longestBatchSeconds);
    if (failures === 0) this.#lastPass.set(endedAt / 1000);
  }
}

function gauge(name: string, help: string): Gauge {
  // Only one process runs passes; the others report 0.
  return new Gauge({ name, help, aggregator: 'max', registers: [] });
}
