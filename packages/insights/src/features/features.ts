import { type DumpEvent, type EventReader, StatsDelta } from '@rtcstats-server/dump';
import { PROPERTIES } from '../stats/properties.ts';
import { ReportPool } from '../stats/report-pool.ts';
import type { ReportStore } from '../stats/report-store.ts';
import { ClientAccumulator, isOfClient } from './client.ts';
import { ConnectionAccumulator } from './connection.ts';
import type { EventAccumulator, Features } from './contract.ts';

/**
 * Limits the memory for connections. A client that makes a connection per second for hours has fewer; a dump with more
 * is damaged or an attack.
 */
export const MAX_CONNECTIONS = 20_000;
/**
 * Closed connections whose statistics are held for some more time, because a call of getStats that is pending when the
 * connection is closed is in the dump after `close`.
 */
const MAX_CLOSED_IN_FULL = 64;

/** Options of `FeatureAccumulator`. */
export interface FeatureOptions {
  /**
   * The user agent of a webrtc-internals dump, where it is a feature of the client. Leave it out for rtcstats dumps,
   * whose user agent is that of the upload connection.
   */
  readonly userAgent?: string;
}

/**
 * Computes the features of a dump in one pass over its events. Holds the current statistics of each connection that is
 * not closed, and otherwise the features only, so memory does not depend on the length of the dump.
 *
 *     const features = new FeatureAccumulator();
 *     for await (const event of await openEvents(source)) features.add(event);
 *     features.result();
 */
export class FeatureAccumulator implements EventAccumulator<Features> {
  readonly #client: ClientAccumulator;
  readonly #connections = new Map<string, ConnectionAccumulator>();
  /** Connections that were closed, the earliest first. */
  readonly #closed = new Set<string>();
  readonly #pool = new ReportPool();
  #delta: StatsDelta | undefined;
  #omittedEvents = 0;

  constructor(options: FeatureOptions = {}) {
    this.#client = new ClientAccumulator(options.userAgent);
  }

  /** For a dump that was opened with `openEvents`: with the user agent if that is a feature of its kind. */
  static of({ kind, metadata: { userAgent } }: Pick<EventReader, 'kind' | 'metadata'>): FeatureAccumulator {
    const isFeature = kind === 'webrtc-internals' && typeof userAgent === 'string';
    return new FeatureAccumulator(isFeature ? { userAgent } : {});
  }

  /** Number of events of connections that were left out because there were more than `MAX_CONNECTIONS`. */
  get omittedEvents(): number {
    return this.#omittedEvents;
  }

  /**
   * Takes the next event. Values are as in the dump, that is, compressed.
   *
   * @param delta the changes of a getStats event, if they have been read already
   */
  add(event: DumpEvent, delta?: StatsDelta): void {
    if (event.scope === null || isOfClient(event)) {
      this.#client.add(event);
      return;
    }
    const connection = this.#connection(event.scope, event.time);
    if (connection === undefined) {
      this.#omittedEvents += 1;
      return;
    }
    if (event.method === 'getStats') connection.stats(event, delta ?? this.#read(event));
    else connection.add(event);
    if (event.method === 'close') this.#settleLater(event.scope);
  }

  /** The current statistics of a connection. They are not held for long once it is closed, so it has none then. */
  reports(scope: string): ReportStore | undefined {
    return this.#closed.has(scope) ? undefined : this.#connections.get(scope)?.reports;
  }

  #read(event: DumpEvent): StatsDelta | undefined {
    if (event.stats?.properties === PROPERTIES) return event.stats;
    this.#delta ??= new StatsDelta(PROPERTIES);
    return this.#delta.read(event.value) ? this.#delta : undefined;
  }

  #connection(scope: string, time: number): ConnectionAccumulator | undefined {
    let connection = this.#connections.get(scope);
    if (connection === undefined && this.#connections.size < MAX_CONNECTIONS) {
      connection = new ConnectionAccumulator(scope, time, this.#pool);
      this.#connections.set(scope, connection);
    }
    return connection;
  }

  #settleLater(scope: string): void {
    this.#closed.add(scope);
    if (this.#closed.size <= MAX_CLOSED_IN_FULL) return;
    const earliest = this.#closed.values().next().value!;
    this.#closed.delete(earliest);
    this.#connections.get(earliest)?.settle();
  }

  result(): Features {
    const connections = [...this.#connections.values()].map((connection) => connection.result());
    return {
      client: this.#client.result(),
      connections: connections.map(({ connection }) => connection),
      tracks: connections.flatMap(({ tracks }) => tracks),
    };
  }
}
