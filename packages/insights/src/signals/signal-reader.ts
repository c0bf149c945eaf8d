import { Counters, times } from './counters.ts';
import { inboundSample } from './inbound.ts';
import { OutboundReader } from './outbound.ts';
import { type Report, ReportStore } from './report-store.ts';
import type { ConnectionSample, InboundSample, OutboundSample, PathSample } from './samples.ts';
import { SendingActivity } from './sending-activity.ts';
import type { StreamContext } from './streams.ts';

/** An interval longer than this many usual ones, and than MIN_GAP_MS, is a gap. */
const GAP_INTERVALS = 2;
/** Browsers run timers of hidden pages once per second; slower pages stand still. */
const MIN_GAP_MS = 5000;
/** How fast the usual interval follows the measured ones. */
const INTERVAL_WEIGHT = 0.2;

/** Makes samples of the getStats events of one connection. Memory does not grow with their number. */
export class SignalReader {
  readonly #store = new ReportStore();
  readonly #counters = new Map<string, Counters>();
  readonly #outbound = new Map<string, OutboundReader>();
  #time: number | undefined;
  #statsTime: number | undefined;
  #usualInterval: number | undefined;
  #selectedPair: string | undefined;
  readonly #activity = new SendingActivity();

  /** Whether reports were left out because there were too many. */
  get overflowed(): boolean {
    return this.#store.overflowed;
  }

  /** The sample of a getStats event; undefined if it has no statistics. */
  read(value: unknown, time: number): ConnectionSample | undefined {
    const store = this.#store;
    if (!store.apply(value)) return undefined;
    const previous = this.#time;
    const statsTime = store.timestamp ?? time;
    const elapsed = this.#statsTime === undefined ? undefined : statsTime - this.#statsTime;
    this.#time = time;
    this.#statsTime = statsTime;
    const gap = this.#isGap(previous === undefined ? undefined : time - previous);
    const seconds = elapsed === undefined || elapsed <= 0 ? undefined : elapsed / 1000;
    const { inbound, outbound } = this.#streams(seconds);
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

  #streams(seconds: number | undefined): { inbound: InboundSample[]; outbound: OutboundSample[] } {
    const { reports, count } = this.#store;
    const sources = new Map<string, Report | undefined>();
    for (const report of reports.values()) {
      if (report.type !== 'media-source') continue;
      const kind = report.text('kind') ?? '';
      sources.set(kind, sources.has(kind) ? undefined : report);
    }
    const context: StreamContext = {
      seconds,
      report: (id) => (id === undefined ? undefined : reports.get(id)),
      onlySource: (kind) => sources.get(kind),
      isFresh: (report) => report.changedAt === count,
    };
    const inbound: InboundSample[] = [];
    const outbound: OutboundSample[] = [];
    for (const report of reports.values()) {
      if (report.type === 'inbound-rtp') inbound.push(inboundSample(report, this.#countersOf(report.id), context));
      if (report.type !== 'outbound-rtp') continue;
      let reader = this.#outbound.get(report.id);
      if (reader === undefined) {
        reader = new OutboundReader();
        this.#outbound.set(report.id, reader);
      }
      outbound.push(reader.sample(report, this.#countersOf(report.id), context));
    }
    return { inbound, outbound };
  }

  #path(): PathSample | undefined {
    const pair = this.#pair();
    if (pair === undefined) return undefined;
    const { reports } = this.#store;
    // Counters belong to the pair: after a switch they start again.
    const counters = this.#countersOf(`pair ${pair.id}`);
    const local = reports.get(pair.text('localCandidateId') ?? '');
    const remote = reports.get(pair.text('remoteCandidateId') ?? '');
    const responses = counters.change(pair, 'responsesReceived');
    const total = counters.change(pair, 'totalRoundTripTime');
    const measured = this.#selectedPair !== pair.id || responses !== 0 || (total ?? 0) > 0;
    this.#selectedPair = pair.id;
    const transport = this.#transport();
    return {
      rtt: measured ? times(pair.number('currentRoundTripTime'), 1000) : undefined,
      bytesReceived: counters.change(pair, 'bytesReceived'),
      bytesSent: counters.change(pair, 'bytesSent'),
      responsesReceived: responses,
      availableOutgoing: pair.number('availableOutgoingBitrate'),
      localType: local?.text('candidateType'),
      remoteType: remote?.text('candidateType'),
      protocol: local?.text('protocol')?.toLowerCase(),
      relayProtocol: local?.text('relayProtocol')?.toLowerCase(),
      dtlsState: transport?.text('dtlsState'),
    };
  }

  #transport(): Report | undefined {
    for (const report of this.#store.reports.values()) if (report.type === 'transport') return report;
    return undefined;
  }

  /** The selected pair. Old versions of Firefox had no transport reports and marked the pair itself. */
  #pair(): Report | undefined {
    let marked: Report | undefined;
    for (const report of this.#store.reports.values()) {
      if (report.type === 'transport') {
        const pair = this.#store.reports.get(report.text('selectedCandidatePairId') ?? '');
        if (pair !== undefined) return pair;
      }
      if (report.type !== 'candidate-pair') continue;
      if (report.flag('selected') === true) marked = report;
      else if (report.flag('nominated') === true && report.text('state') === 'succeeded') marked ??= report;
    }
    return marked;
  }

  #countersOf(id: string): Counters {
    let counters = this.#counters.get(id);
    if (counters === undefined) {
      counters = new Counters();
      this.#counters.set(id, counters);
    }
    counters.advance();
    return counters;
  }

  /** Drops the counters of reports that are gone. */
  #forget(): void {
    const { reports } = this.#store;
    if (this.#counters.size <= reports.size) return;
    for (const id of this.#counters.keys()) {
      if (!reports.has(id) && !id.startsWith('pair ')) this.#counters.delete(id);
    }
    for (const id of this.#outbound.keys()) if (!reports.has(id)) this.#outbound.delete(id);
  }
}
