import { StatsDelta } from '@rtcstats-server/dump';
import { P, PROPERTIES } from '../stats/properties.ts';
import type { Report } from '../stats/report.ts';
import type { ReportPool } from '../stats/report-pool.ts';
import { ReportStore } from '../stats/report-store.ts';
import { Counters, times } from './counters.ts';
import { inboundSample } from './inbound.ts';
import { OutboundReader } from './outbound.ts';
import type { ConnectionSample, InboundSample, OutboundSample, PathSample } from './samples.ts';
import { SendingActivity } from './sending-activity.ts';
import { StreamContext } from './streams.ts';

/** An interval longer than this many usual ones, and than MIN_GAP_MS, is a gap. */
const GAP_INTERVALS = 2;
/** Browsers run timers of hidden pages once per second; slower pages stand still. */
const MIN_GAP_MS = 5000;
/** How fast the usual interval follows the measured ones. */
const INTERVAL_WEIGHT = 0.2;

/** Makes samples of the getStats events of one connection. Memory does not grow with their number. */
export class SignalReader {
  readonly #store: ReportStore;
  readonly #isOwner: boolean;
  #delta: StatsDelta | undefined;
  readonly #context: StreamContext;
  /** By the id of the stream. */
  readonly #counters = new Map<string, Counters>();
  /** By the id of the candidate pair. */
  readonly #pairs = new Map<string, Counters>();
  readonly #outbound = new Map<string, OutboundReader>();
  #time: number | undefined;
  #statsTime: number | undefined;
  #usualInterval: number | undefined;
  #selectedPair: string | undefined;
  readonly #activity = new SendingActivity();

  /**
   * @param pool limits the reports of several connections together
   * @param applied the reports of the connection, if somebody else applies each change before `sample` is called
   */
  constructor(pool?: ReportPool, applied?: ReportStore) {
    this.#store = applied ?? new ReportStore(pool);
    this.#isOwner = applied === undefined;
    this.#context = new StreamContext(this.#store);
  }

  /** Whether reports were left out because there were too many. */
  get overflowed(): boolean {
    return this.#store.overflowed;
  }

  /** The sample of a getStats event; undefined if it has no statistics. */
  read(value: unknown, time: number): ConnectionSample | undefined {
    this.#delta ??= new StatsDelta(PROPERTIES);
    return this.#delta.read(value) ? this.sample(this.#delta, time) : undefined;
  }

  /** The same for an event whose changes were read. */
  sample(delta: StatsDelta, time: number): ConnectionSample {
    const store = this.#store;
    if (this.#isOwner) store.apply(delta, time);
    const previous = this.#time;
    const statsTime = store.timestamp ?? time;
    const elapsed = this.#statsTime === undefined ? undefined : statsTime - this.#statsTime;
    this.#time = time;
    this.#statsTime = statsTime;
    const gap = this.#isGap(previous === undefined ? undefined : time - previous);
    const seconds = elapsed === undefined || elapsed <= 0 ? undefined : elapsed / 1000;
    this.#context.seconds = seconds;
    const inbound = this.#inboundStreams();
    const outbound = this.#outboundStreams();
    const path = this.#path();
    this.#forget();
    const standstill = this.#activity.isStandstill(time, previous, gap, outbound, path);
    return { time, previous, elapsed, gap, standstill, path, inbound, outbound };
  }

  #isGap(interval: number | undefined): boolean {
    if (interval === undefined || interval <= 0) return false;
    const usual = this.#usualInterval;
    const gap = usual !== undefined && interval > MIN_GAP_MS && interval > usual * GAP_INTERVALS;
    if (!gap) this.#usualInterval = usual === undefined ? interval : usual + (interval - usual) * INTERVAL_WEIGHT;
    return gap;
  }

  #inboundStreams(): InboundSample[] {
    const reports = this.#store.ofType('inbound-rtp');
    // A list that is empty at first would take room for seventeen.
    const samples = new Array<InboundSample>(reports.length);
    for (let at = 0; at < reports.length; at++) {
      const report = reports[at]!;
      samples[at] = inboundSample(report, advanced(this.#counters, report.id), this.#context);
    }
    return samples;
  }

  #outboundStreams(): OutboundSample[] {
    const reports = this.#store.ofType('outbound-rtp');
    const samples = new Array<OutboundSample>(reports.length);
    for (let at = 0; at < reports.length; at++) {
      const report = reports[at]!;
      let reader = this.#outbound.get(report.id);
      if (reader === undefined) {
        reader = new OutboundReader();
        this.#outbound.set(report.id, reader);
      }
      samples[at] = reader.sample(report, advanced(this.#counters, report.id), this.#context);
    }
    return samples;
  }

  #path(): PathSample | undefined {
    const pair = this.#pair();
    if (pair === undefined) return undefined;
    const store = this.#store;
    // Counters belong to the pair: after a switch they start again.
    const counters = advanced(this.#pairs, pair.id);
    const local = store.get(pair.name(P.localCandidateId));
    const remote = store.get(pair.name(P.remoteCandidateId));
    const responses = counters.change(pair, P.responsesReceived);
    const total = counters.change(pair, P.totalRoundTripTime);
    const measured = this.#selectedPair !== pair.id || responses !== 0 || (total ?? 0) > 0;
    this.#selectedPair = pair.id;
    const transport = store.ofType('transport')[0];
    return {
      rtt: measured ? times(pair.number(P.currentRoundTripTime), 1000) : undefined,
      bytesReceived: counters.change(pair, P.bytesReceived),
      bytesSent: counters.change(pair, P.bytesSent),
      responsesReceived: responses,
      availableOutgoing: pair.number(P.availableOutgoingBitrate),
      localType: local?.name(P.candidateType),
      remoteType: remote?.name(P.candidateType),
      protocol: lowerCase(local?.name(P.protocol)),
      relayProtocol: lowerCase(local?.name(P.relayProtocol)),
      dtlsState: transport?.name(P.dtlsState),
    };
  }

  /** The selected pair. Old versions of Firefox had no transport reports and marked the pair itself. */
  #pair(): Report | undefined {
    const store = this.#store;
    for (const transport of store.ofType('transport')) {
      const pair = store.get(transport.name(P.selectedCandidatePairId));
      if (pair !== undefined) return pair;
    }
    let marked: Report | undefined;
    for (const pair of store.ofType('candidate-pair')) {
      if (pair.flag(P.selected) === true) marked = pair;
      else if (pair.flag(P.nominated) === true && pair.name(P.state) === 'succeeded') marked ??= pair;
    }
    return marked;
  }

  /** Drops the counters of reports that are gone. */
  #forget(): void {
    const store = this.#store;
    if (this.#counters.size + this.#pairs.size <= store.size) return;
    for (const id of this.#counters.keys()) if (!store.has(id)) this.#counters.delete(id);
    for (const id of this.#outbound.keys()) if (!store.has(id)) this.#outbound.delete(id);
  }

  /** Gives back what is held for the connection. Do not read anything after that. */
  close(): void {
    if (this.#isOwner) this.#store.close();
  }
}

/** Nearly all clients write protocols this way. */
const PROTOCOLS: readonly string[] = ['udp', 'tcp', 'tls'];

function lowerCase(protocol: string | undefined): string | undefined {
  return protocol === undefined || PROTOCOLS.includes(protocol) ? protocol : protocol.toLowerCase();
}

function advanced(all: Map<string, Counters>, id: string): Counters {
  let counters = all.get(id);
  if (counters === undefined) {
    counters = new Counters();
    all.set(id, counters);
  }
  counters.advance();
  return counters;
}
