import { type DumpEvent, type DumpMetadata, StatsDelta } from '@rtcstats-server/dump';
import {
  ANALYSIS_VERSION,
  type AnalysisDocument,
  type AnalysisFeatures,
  DETECTOR_FAILED,
  NO_FEATURES,
  type SetupOfConnection,
} from './analysis-document.ts';
import { Coverage } from './coverage.ts';
import { roundTripOf } from './observations/delay.ts';
import { Observer } from './observations/observer.ts';
import { MediaScores } from './scores/media-scores.ts';
import { scoresOf } from './scores/scores.ts';
import { ConnectionFacts } from './setup/connection-facts.ts';
import { connectionSetup } from './setup/connection-setup.ts';
import { type Engine, engineOf, engineOfClient } from './signals/browsers.ts';
import type { ConnectionSample } from './signals/samples.ts';
import { SignalReader } from './signals/signal-reader.ts';
import { PROPERTIES } from './stats/properties.ts';
import { ReportPool } from './stats/report-pool.ts';
import type { ReportStore } from './stats/report-store.ts';

/** Computes the features of a recording in the same pass. */
export interface FeatureExtractor {
  /** @param delta the changes of a getStats event; undefined if it has no statistics */
  add(event: DumpEvent, delta?: StatsDelta): void;
  /** The current statistics of a connection, as of the last event that was added; undefined if it has none any more. */
  reports?(scope: string): ReportStore | undefined;
  result(): AnalysisFeatures;
}

/** Takes the normalized statistics of all connections in the same pass. */
export interface SampleListener {
  sample(connection: string, sample: ConnectionSample): void;
}

export interface AnalysisOptions {
  /** The metadata of the dump; its user agent tells what the browser can report. */
  readonly metadata?: DumpMetadata;
  readonly features?: FeatureExtractor;
  readonly samples?: SampleListener;
}

/** Connections that are open at the same time; more are not analyzed, which bounds the memory. */
const MAX_OPEN = 1000;
/** Closed connections whose late events are told from a new connection; a client makes far fewer. */
const MAX_CLOSED = 20_000;
/** Connections whose setup is reported. */
const MAX_SETUPS = 1000;

interface Connection {
  readonly facts: ConnectionFacts;
  readonly signals: SignalReader;
}

/**
 * Analyzes a recording in one pass:
 *
 *     const analysis = new Analysis({ metadata: reader.metadata });
 *     for await (const event of reader) analysis.add(event);
 *     const { scores, observations } = analysis.result();
 *
 * Memory depends on the number of connections that are open at the same time, not on the length of the recording.
 */
export class Analysis {
  readonly #observer = new Observer();
  readonly #media = new MediaScores();
  readonly #coverage = new Coverage();
  readonly #features: FeatureExtractor | undefined;
  readonly #samples: SampleListener | undefined;
  readonly #open = new Map<string, Connection>();
  readonly #closed = new Set<string>();
  readonly #setups: SetupOfConnection[] = [];
  readonly #pool = new ReportPool();
  #delta: StatsDelta | undefined;
  #engine: Engine;
  #first: number | undefined;
  #last = 0;
  #attempted = false;
  #connected = false;
  #callStart: number | undefined;

  constructor({ metadata = {}, features, samples }: AnalysisOptions = {}) {
    this.#engine = engineOf(metadata);
    this.#features = features;
    this.#samples = samples;
  }

  add(event: DumpEvent): void {
    const { method, scope, time } = event;
    const delta = method === 'getStats' ? this.#read(event) : undefined;
    this.#features?.add(event, delta);
    this.#first ??= time;
    this.#last = Math.max(this.#last, time);
    this.#coverage.event(event);
    if (scope === null) {
      if (method === 'create' && this.#engine === 'unknown') this.#engine = engineOfClient(event.value);
      this.#observer.event(event, undefined);
      return;
    }
    if (method === 'create') {
      this.#end(scope, time);
      this.#closed.delete(scope);
    }
    const connection = this.#open.get(scope) ?? this.#begin(event, scope, delta);
    if (connection === undefined) return;
    if (method === 'getStats') {
      if (delta !== undefined) this.#sample(connection, delta, time);
    } else {
      connection.facts.add(event);
      this.#observer.event(event, connection.facts);
      if (method !== 'close') return;
      this.#end(scope, time);
      if (this.#closed.size < MAX_CLOSED) this.#closed.add(scope);
    }
  }

  /**
   * Notes that a part of the recording is missing, for instance because the file is cut off.
   *
   * @param part what is missing; by default the end
   */
  incomplete(why: string, part = 'end-of-recording'): void {
    this.#coverage.note(part, why);
  }

  /** Ends the analysis. Call it once. */
  result(): AnalysisDocument {
    for (const scope of Array.from(this.#open.keys())) this.#end(scope, this.#last);
    const observations = this.#observer.result(this.#last);
    const duration = this.#callStart === undefined ? 0 : this.#last - this.#callStart;
    const scores = scoresOf({
      audio: this.#media.audio,
      video: this.#media.video,
      attempted: this.#attempted,
      connected: this.#connected,
      observations,
      duration,
    });
    for (const [name, error] of this.#observer.failed) this.#coverage.note(name, `${DETECTOR_FAILED}: ${error}`);
    if (this.#observer.dropped > 0) {
      this.#coverage.note('observations', `${this.#observer.dropped} more observations are left out`);
    }
    return {
      analysisVersion: ANALYSIS_VERSION,
      scores,
      observations,
      features: this.#features?.result() ?? NO_FEATURES,
      setup: this.#setups,
      notJudged: this.#coverage.result(this.#engine, scores),
    };
  }

  /**
   * Begins a connection at its first event. Events after `close` are ignored: a call of getStats that was pending then
   * is in the dump after it.
   */
  #begin({ time, method }: DumpEvent, scope: string, delta: StatsDelta | undefined): Connection | undefined {
    if (method === 'close' || this.#closed.has(scope)) return undefined;
    if (this.#open.size >= MAX_OPEN) {
      this.#coverage.ignoredConnection(scope);
      return undefined;
    }
    const signals = new SignalReader(this.#pool, this.#sharedReports(scope, delta !== undefined));
    const connection = { facts: new ConnectionFacts(scope, time), signals };
    this.#open.set(scope, connection);
    this.#observer.open(connection.facts);
    this.#coverage.connection();
    return connection;
  }

  /**
   * The statistics that the features hold, because applying each change twice would take longer. Only for a connection
   * that has had no others before: a client that makes two connections with one id has one in the features.
   */
  #sharedReports(scope: string, hasStats: boolean): ReportStore | undefined {
    const reports = this.#features?.reports?.(scope);
    return reports?.events === (hasStats ? 1 : 0) ? reports : undefined;
  }

  #read(event: DumpEvent): StatsDelta | undefined {
    // Others than `analyzeEvents` may have read properties of their own.
    if (event.stats?.properties === PROPERTIES) return event.stats;
    this.#delta ??= new StatsDelta(PROPERTIES);
    return this.#delta.read(event.value) ? this.#delta : undefined;
  }

  #sample({ facts, signals }: Connection, delta: StatsDelta, time: number): void {
    const sample = signals.sample(delta, time);
    facts.times.last = Math.max(facts.times.last, time);
    if (facts.times.firstMedia === undefined && sample.inbound.length > 0) facts.times.firstMedia = time;
    this.#coverage.sample(sample, signals.overflowed);
    this.#media.add(facts.id, sample, roundTripOf(sample));
    this.#observer.sample(sample, facts);
    this.#samples?.sample(facts.id, sample);
  }

  #end(scope: string, time: number): void {
    const connection = this.#open.get(scope);
    if (connection === undefined) return;
    const { facts, signals } = connection;
    signals.close();
    this.#open.delete(scope);
    this.#observer.close(facts, time);
    this.#media.forget(scope);
    const setup = connectionSetup(facts);
    if (this.#setups.length < MAX_SETUPS) this.#setups.push({ id: scope, ...setup });
    const { negotiated, offer } = facts.times;
    // Connections that exchange no descriptions are probes.
    this.#attempted ||= setup.connected || negotiated !== undefined || isAbandoned(facts);
    this.#connected ||= setup.connected;
    const start = facts.times.connected ?? facts.times.iceConnected ?? negotiated ?? offer;
    if (start !== undefined) this.#callStart = Math.min(this.#callStart ?? start, start);
  }
}

/** An offer with media or a data channel that nobody answered within a time in which people give up. */
function isAbandoned({ times }: ConnectionFacts): boolean {
  return times.offer !== undefined && times.last - times.offer >= 10_000;
}
