import type { DumpEvent } from '@rtcstats-server/dump';
import { Candidates } from './candidates.ts';
import { configurationFeatures } from './configuration.ts';
import type { ConnectionFeatures, TrackFeatures } from './contract.ts';
import { Descriptions } from './descriptions.ts';
import { Locations } from './locations.ts';
import { Network, selectedAddresses } from './network.ts';
import { ReportState } from './report-state.ts';
import { States } from './states.ts';
import { Tracks } from './tracks.ts';

/** The statistics of a connection and the features that come from them. */
class Statistics {
  readonly reports = new ReportState();
  readonly network = new Network();
  readonly tracks = new Tracks();
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
  #statistics: Statistics | undefined = new Statistics();
  #outcome: Outcome | undefined;

  /** @param start time of the first event of the connection */
  constructor(id: string, start: number) {
    this.#id = id;
    this.#states = new States(start);
  }

  add(event: DumpEvent): void {
    this.#states.add(event);
    switch (event.method) {
      case 'getStats':
        this.#stats(event);
        break;
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

  #stats({ value, time }: DumpEvent): void {
    if (this.#statistics === undefined) return;
    const { reports, network, tracks } = this.#statistics;
    if (!reports.apply(value, time)) return;
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
    this.#statistics = undefined;
  }

  #outcomeOf({ reports, network, tracks }: Statistics): Outcome {
    return {
      network: { ...network.result(), statsTruncated: reports.hasTruncated(this.#states.start) },
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
