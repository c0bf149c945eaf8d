import { DELIVERY_STATES, type DeliveryState, type SessionState } from '@rtcstats-server/api';
import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';
import type { Counts } from './counts.ts';

/** The files in the spool, by whether their session is still open. */
export interface SpoolFigures {
  readonly bytes: number;
  readonly open: { readonly files: number; readonly oldestSeconds: number };
  readonly closed: { readonly files: number; readonly oldestSeconds: number };
}

/** What metrics take from the row of a finished session. */
export interface FinishedSession {
  readonly state: SessionState;
  /** ISO 8601. */
  readonly endedAt: string | null;
  readonly receipt: { readonly complete: boolean };
}

/** What is measured when somebody asks. */
export interface Gauges {
  /** Open connections. */
  connections(): number;
  /** Sessions that are over but not finished. */
  unfinished(): number;
  spool(): Promise<SpoolFigures>;
  /** What the workers' registries hold, where there are workers: their figures are added up. */
  others?(): Promise<readonly MetricObject[][]>;
  /** By state, of all gateways with this catalog. */
  deliveries(): Promise<Readonly<Partial<Record<DeliveryState, number>>>>;
  /** Whether nothing can be forwarded before an operator has done something. */
  forwardPaused(): boolean;
}

/** One metric of a registry with its values, as a structured clone can hold it. */
export type MetricObject = MetricObjectWithValues<MetricValue<string>>;

/** Seconds: a small dump takes milliseconds, a large one or a slow storage minutes. */
const STEP_BUCKETS = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60];
/** Seconds: around the two in which a dump should be stored, and up to the hour of an outage. */
const STORED_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600];
/** How often the lag of the event loop is sampled, in milliseconds. */
const LAG_RESOLUTION_MS = 20;

/**
 * All metrics of the gateway, in a registry of their own. Names begin with `rtcstats_` and hold the unit; those of the process
 * are the ones that every dashboard for Node.js knows. The values of labels come from lists of this program or from the
 * configuration; those of `rtcstats_drift_total` are names that clients sent, anonymized, and few.
 */
export class Metrics {
  readonly #registry: Registry = new Registry();
  readonly #counts: Counts;
  readonly #steps: Histogram<'step'>;
  readonly #stored: Histogram;
  readonly #spool: SpoolGauges;
  readonly #deliveries: Gauge<'state'>;
  readonly #countDeliveries: Gauges['deliveries'];
  readonly #readSpool: Gauges['spool'];
  readonly #others: Gauges['others'];

  /** @param finishSteps names of the steps of finishing, so that each has a series from the start */
  constructor(counts: Counts, gauges: Gauges, finishSteps: readonly string[] = []) {
    this.#counts = counts;
    const registers = [this.#registry];
    this.#gauge('rtcstats_connections', 'Open WebSocket connections', gauges.connections);
    this.#counter('rtcstats_connections_accepted_total', 'Connections that were let in', () => counts.accepted);
    this.#counter('rtcstats_messages_total', 'Messages received', () => counts.messages);
    this.#counter('rtcstats_message_bytes_total', 'Bytes of the messages received', () => counts.messageBytes);
    this.#counters('rtcstats_refusals_total', 'Clients not let in or made to go', 'reason', counts.refusals);
    this.#counters('rtcstats_token_refusals_total', 'Clients not authorized', 'reason', counts.tokenRefusals);
    this.#counter('rtcstats_pauses_total', 'Connections read more slowly for sending too much', () => counts.pauses);
    this.#counters(
      'rtcstats_redactions_total',
      'Values replaced, of sessions that are over',
      'class',
      counts.redactions,
    );
    this.#counters('rtcstats_drops_total', 'Messages not kept, of sessions that are over', 'reason', counts.drops);
    this.#fastPath(counts);
    this.#drift(counts);
    this.#counters('rtcstats_sessions_total', 'Sessions that reached the state', 'state', counts.sessions);
    this.#counters('rtcstats_backend_failures_total', 'Calls that failed', 'backend', counts.failures);
    this.#gauge('rtcstats_sessions_unfinished', 'Sessions that are over but not finished', gauges.unfinished);
    this.#gauge('rtcstats_forward_paused', '1 while rtcstats.com takes no dumps from this account', () =>
      Number(gauges.forwardPaused()),
    );
    this.#deliveries = new Gauge({
      name: 'rtcstats_deliveries',
      help: 'Deliveries of dumps by their state, of all gateways with this catalog',
      labelNames: ['state'],
      aggregator: 'max',
      registers,
    });
    this.#countDeliveries = gauges.deliveries;
    this.#spool = spoolGauges(this.#registry);
    this.#readSpool = gauges.spool;
    this.#others = gauges.others;
    this.#steps = new Histogram({
      name: 'rtcstats_finish_seconds',
      help: 'Time a step of finishing a session took, failed tries left out',
      labelNames: ['step'],
      buckets: STEP_BUCKETS,
      registers,
    });
    for (const step of finishSteps) this.#steps.zero({ step });
    this.#stored = new Histogram({
      name: 'rtcstats_closed_to_stored_seconds',
      help: 'Time from the end of a session until its dump and its row were kept',
      buckets: STORED_BUCKETS,
      registers,
    });
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LAG_RESOLUTION_MS });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The Prometheus text format, with what is measured measured now. */
  async text(): Promise<string> {
    await Promise.all([this.#lookAtSpool(), this.#lookAtDeliveries()]);
    if (!this.#others) return await this.#registry.metrics();
    const registries = [await this.json(), ...(await this.#others())];
    return await AggregatorRegistry.aggregate(registries).metrics();
  }

  /** What `others` of another process takes. */
  json(): Promise<MetricObject[]> {
    return this.#registry.getMetricsAsJSON();
  }

  finishStep(step: string, seconds: number): void {
    this.#steps.observe({ step }, seconds);
  }

  finished({ state, endedAt, receipt }: FinishedSession): void {
    this.#counts.sessions[state]++;
    // A session that a crash ended has no time of its end to measure from.
    if (endedAt !== null && receipt.complete)
      this.#stored.observe(Math.max(0, Date.now() - Date.parse(endedAt)) / 1000);
  }

  #counter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  #counters(name: string, help: string, label: string, values: Readonly<Record<string, number>>): void {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [value, count] of Object.entries(values)) this.inc({ [label]: value }, count);
      },
    });
  }

  #fastPath(counts: Counts): void {
    new Gauge({
      name: 'rtcstats_fast_path_active',
      help: '1 while clients are read on the fast path, 0 while it is off; of several processes, the lowest',
      aggregator: 'min',
      registers: [this.#registry],
      collect() {
        // A process that takes no clients has no say in the lowest value.
        if (counts.fastPathActive === null) this.remove();
        else this.set(Number(counts.fastPathActive));
      },
    });
  }

  #drift({ drift }: Counts): void {
    new Counter({
      name: 'rtcstats_drift_total',
      help: 'Events and properties that the event model does not know, of sessions that are over',
      labelNames: ['event', 'path', 'type'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { count, ...labels } of drift.result().entries) this.inc(labels, count);
      },
    });
    this.#counter('rtcstats_drift_more_total', 'Drift beyond the kinds that are told apart', () => drift.result().more);
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** While the catalog is away, the last values stay. */
  async #lookAtDeliveries(): Promise<void> {
    const counts = await this.#countDeliveries().catch(() => undefined);
    if (!counts) return;
    for (const state of DELIVERY_STATES) this.#deliveries.set({ state }, counts[state] ?? 0);
  }

  /** Should the directory be out of reach, the last values stay: `/readyz` says so, and all other metrics are wanted then. */
  async #lookAtSpool(): Promise<void> {
    const usage = await this.#readSpool().catch(() => undefined);
    if (!usage) return;
    const { bytes, files, oldest } = this.#spool;
    bytes.set(usage.bytes);
    for (const state of ['open', 'closed'] as const) {
      files.set({ state }, usage[state].files);
      oldest.set({ state }, usage[state].oldestSeconds);
    }
  }
}

interface SpoolGauges {
  readonly bytes: Gauge;
  readonly files: Gauge<'state'>;
  readonly oldest: Gauge<'state'>;
}

function spoolGauges(registry: Registry): SpoolGauges {
  const registers = [registry];
  const labelNames = ['state'] as const;
  return {
    bytes: new Gauge({ name: 'rtcstats_spool_bytes', help: 'Bytes of all files in the spool', registers }),
    files: new Gauge({
      name: 'rtcstats_spool_files',
      help: 'Sessions with a file in the spool',
      labelNames,
      registers,
    }),
    oldest: new Gauge({
      name: 'rtcstats_spool_oldest_seconds',
      help: 'Age of the oldest file in the spool: open, since it was made; closed, since it waits to be finished',
      labelNames,
      aggregator: 'max',
      registers,
    }),
  };
}
