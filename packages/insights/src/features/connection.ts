import type { DumpEvent, StatsDelta } from '@rtcstats-server/dump';
import type { ReportPool } from '../stats/report-pool.ts';
import { ReportStore } from '../stats/report-store.ts';
import { Candidates } from './candidates.ts';
import { configurationFeatures } from './configuration.ts';
import type { ConnectionFeatures, TrackFeatures } from './contract.ts';
import { Descriptions } from './descriptions.ts';
import { Locations } from './locations.ts';
import { Network, selectedAddresses } from './network.ts';
import { SampleCounts } from './sample-counts.ts';
import { States } from './states.ts';
import { Tracks } from './tracks.ts';

/** The statistics of a connection and the features that come from them. */
class Statistics {
  readonly counts = new SampleCounts();
  readonly reports: ReportStore;
  readonly network = new Network();
  readonly tracks = new Tracks();

  constructor(pool: ReportPool) {
    this.reports = new ReportStore(pool, this.counts);
  }
}

/** What remains of `Statistics` after they ended. */
interface Outcome {
  readonly network: ReturnType<Network['result']> & { readonly statsTruncated: boolean };
  readonly tracks: readonly TrackFeatures[];
}

/** Computes the features of one connection and its tracks from its events. */
export class ConnectionAccumulator {
  readonly #id: string;
  readonly #states: States;
  #configuration: ReturnType<typeof configurationFeatures> | undefined;
  readonly #descriptions = new Descriptions();
  readonly #candidates = new Candidates();
  readonly #locations = new Locations();
  #statistics: Statistics | undefined;
  #outcome: Outcome | undefined;

  /**
   * @param start time of the first event of the connection
   * @param pool limits the reports of all connections together
   */
  constructor(id: string, start: number, pool: ReportPool) {
    this.#id = id;
    this.#statistics = new Statistics(pool);
    this.#states = new States(start);
  }

  /** The current statistics, until they are settled. */
  get reports(): ReportStore | undefined {
    return this.#statistics?.reports;
  }

  /** An event other than getStats. */
  add(event: DumpEvent): void {
    this.#states.add(event);
    switch (event.method) {
      case 'create':
        this.#configuration ??= configurationFeatures(event.value);
        break;
      default:
        this.#descriptions.add(event);
        this.#candidates.add(event);
        this.#locations.add(event);
        this.#statistics?.tracks.add(event);
    }
  }

  /**
   * A getStats event.
   *
   * @param delta undefined if it has no statistics
   */
  stats(event: DumpEvent, delta: StatsDelta | undefined): void {
    this.#states.add(event);
    if (this.#statistics === undefined || delta === undefined) return;
    const { time } = event;
    const { reports, network, tracks } = this.#statistics;
    reports.apply(delta, time);
    if (this.#locations.awaitsStats) this.#locations.firstStats(selectedAddresses(reports));
    network.stats(reports, time, this.#states.connected);
    tracks.stats(reports, time);
  }

  /**
   * Computes the features that come from statistics, and discards the statistics. Tracks and statistics of later events
   * are ignored; other events still count.
   */
  settle(): void {
    if (this.#statistics === undefined) return;
    this.#outcome = this.#outcomeOf(this.#statistics);
    this.#statistics.reports.close();
    this.#statistics = undefined;
  }

  #outcomeOf({ counts, reports, network, tracks }: Statistics): Outcome {
    return {
      network: { ...network.result(), statsTruncated: counts.hasTruncated(this.#states.start, reports.events) },
      tracks: tracks.result().map((track) => ({ connection: this.#id, ...track })),
    };
  }

  result(): { readonly connection: ConnectionFeatures; readonly tracks: readonly TrackFeatures[] } {
    const { network, tracks } = this.#statistics === undefined ? this.#outcome! : this.#outcomeOf(this.#statistics);
    const connection = {
      id: this.#id,
      ...this.#states.result(),
      ...this.#descriptions.result(),
      ...this.#configuration,
      ...this.#candidates.result(),
      ...this.#locations.result(),
      ...network,
    };
    return { connection, tracks };
  }
}
