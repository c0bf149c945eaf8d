import { DELIVERY_STATES, type DeliveryState } from '@rtcstats-server/api/states';
import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Gauge,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';
import type { Counts } from './counts.ts';
import type { FinishMetrics } from './finish-metrics.ts';
import { Latest } from './latest.ts';

/** The files in the spool, by whether their session is still open. */
export interface SpoolFigures {
  readonly bytes: number;
  readonly open: { readonly files: number; readonly oldestSeconds: number };
  readonly closed: { readonly files: number; readonly oldestSeconds: number };
}

/** Values that are read when the metrics are requested. */
export interface Gauges {
  /** Open connections of this process. */
  connections(): number;
  /** Sessions that are closed but not finished. */
  pendingSessions(): number;
  /** For how long the disk has not answered the oldest write of the spool. */
  stallSeconds(): number;
  /** Absent in a worker: the primary measures the spool for all processes. */
  spool?(): Promise<SpoolFigures>;
  /** The registries of the workers, if there are any; their values are added up. */
  others?(): Promise<readonly MetricObject[][]>;
  /** By state, of all gateways that share the catalog. Absent in a worker. */
  deliveries?(): Promise<Readonly<Partial<Record<DeliveryState, number>>>>;
  /** Whether forwarding waits for the operator to do something. */
  forwardPaused(): boolean;
  /** Lines that the log of this process could not write. */
  droppedLogLines(): number;
}

/** One metric of a registry with its values, as a structured clone can hold it. */
export type MetricObject = MetricObjectWithValues<MetricValue<string>>;

/** How often the lag of the event loop is sampled, in milliseconds. */
const LAG_RESOLUTION_MS = 20;

/**
 * All metrics of the gateway, in a registry of their own. Names begin with `rtcstats_` and end with the unit; the
 * metrics of the process have the default names of prom-client, which dashboards for Node.js expect. Label values come
 * from fixed lists in the code or from the configuration, except those of `rtcstats_drift_total`: these are names that
 * many clients sent (drift-labels.ts).
 */
export class Metrics {
  readonly #registry: Registry = new Registry();
  readonly #spool: SpoolGauges;
  readonly #deliveries: Gauge<'state'>;
  readonly #deliveryCounts: Latest<Partial<Record<DeliveryState, number>>> | undefined;
  readonly #spoolFigures: Latest<SpoolFigures> | undefined;
  readonly #others: Gauges['others'];

  constructor(counts: Counts, finishing: FinishMetrics, gauges: Gauges) {
    const registers = [this.#registry];
    this.#gauge('rtcstats_connections', 'Open WebSocket connections', gauges.connections);
    this.#counter('rtcstats_connections_accepted_total', 'Admitted connections', () => counts.accepted);
    this.#counter('rtcstats_messages_total', 'Messages received', () => counts.messages);
    this.#counter('rtcstats_message_bytes_total', 'Bytes of the messages received', () => counts.messageBytes);
    this.#counters('rtcstats_refusals_total', 'Clients that were rejected or disconnected', 'reason', counts.refusals);
    this.#counters(
      'rtcstats_foreign_connections_total',
      'Connections of clients of other protocols, whose messages are converted',
      'protocol',
      counts.foreignConnections,
    );
    this.#counters(
      'rtcstats_token_refusals_total',
      'Clients that were not authorized, by reason',
      'reason',
      counts.tokenRefusals,
    );
    this.#counter(
      'rtcstats_pauses_total',
      'How often reading from a connection was paused because it sent too much',
      () => counts.pauses,
    );
    this.#counters(
      'rtcstats_redactions_total',
      'Values replaced, of sessions that are over',
      'class',
      counts.redactions,
    );
    this.#counters('rtcstats_drops_total', 'Messages that were not stored, of ended sessions', 'reason', counts.drops);
    this.#fastPath(counts);
    this.#drift(counts);
    this.#counters('rtcstats_sessions_total', 'Sessions that reached the state', 'state', counts.sessions);
    this.#counters(
      'rtcstats_analysis_failures_total',
      'Dumps that could not be analyzed, and with the reason detector, failed detectors of dumps that could',
      'reason',
      counts.analysisFailures,
    );
    this.#counters(
      'rtcstats_backend_failures_total',
      'Failed calls of storage, quarantine and catalog',
      'backend',
      counts.failures,
    );
    this.#gauge('rtcstats_sessions_unfinished', 'Ended sessions that are not finished yet', gauges.pendingSessions);
    this.#gauge(
      'rtcstats_spool_stall_seconds',
      'Age of the oldest write of the spool that the disk has not answered, 0 without one; of several processes, the highest',
      gauges.stallSeconds,
      'max',
    );
    this.#gauge('rtcstats_forward_paused', '1 while rtcstats.com accepts no dumps from this account', () =>
      Number(gauges.forwardPaused()),
    );
    this.#counter(
      'rtcstats_log_lines_dropped_total',
      'Lines of the log that were dropped, because they were not read or could not be written',
      gauges.droppedLogLines,
    );
    this.#deliveries = new Gauge({
      name: 'rtcstats_deliveries',
      help: 'Deliveries of dumps by their state, of all gateways with this catalog',
      labelNames: ['state'],
      aggregator: 'max',
      registers,
    });
    this.#deliveryCounts = gauges.deliveries && new Latest(gauges.deliveries);
    this.#spool = spoolGauges(this.#registry);
    this.#spoolFigures = gauges.spool && new Latest(gauges.spool);
    this.#others = gauges.others;
    counts.calls.register(this.#registry);
    counts.retention.register(this.#registry);
    finishing.register(this.#registry);
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LAG_RESOLUTION_MS });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The Prometheus text format; reads all gauges now, without waiting for a disk or catalog that hangs. */
  async text(): Promise<string> {
    await Promise.all([this.#lookAtSpool(), this.#lookAtDeliveries()]);
    const others = (await this.#others?.()) ?? [];
    if (others.length === 0) return await this.#registry.metrics();
    return await AggregatorRegistry.aggregate([await this.json(), ...others]).metrics();
  }

  /** The registry of this process, in the form that `Gauges.others` of another process returns. */
  json(): Promise<MetricObject[]> {
    return this.#registry.getMetricsAsJSON();
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
        // Without clients there is nothing to report, and a value would change the minimum over all processes.
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
        for (const { count, ...labels } of drift.entries) this.inc(labels, count);
      },
    });
    this.#counter('rtcstats_drift_more_total', 'Drift beyond the kinds that a session lists', () => drift.more);
  }

  #gauge(name: string, help: string, read: () => number, aggregator: 'sum' | 'max' = 'sum'): void {
    new Gauge({
      name,
      help,
      aggregator,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** Keeps the last values while the catalog cannot be reached. */
  async #lookAtDeliveries(): Promise<void> {
    const counts = await this.#deliveryCounts?.get();
    if (!counts) return;
    for (const state of DELIVERY_STATES) this.#deliveries.set({ state }, counts[state] ?? 0);
  }

  /**
   * Keeps the last values when the directory cannot be read, so that the page still shows all other metrics. `/readyz`
   * reports the failure.
   */
  async #lookAtSpool(): Promise<void> {
    const usage = await this.#spoolFigures?.get();
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
