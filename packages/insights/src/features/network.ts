import { P } from '../stats/properties.ts';
import type { Report } from '../stats/report.ts';
import type { ReportStore } from '../stats/report-store.ts';
import type { CandidateAddress, SelectedAddresses } from './locations.ts';
import { present, quotient } from './values.ts';

/** Limits the candidate pairs remembered per connection. Real connections have used a few. */
const MAX_PAIRS = 1000;
const MS_PER_S = 1000;
const BITS_PER_BYTE = 8;
/** The type preference is the highest byte of a candidate's priority (RFC 8445, section 5.1.2.1). */
const TYPE_PREFERENCE_SHIFT = 24;

/** Byte counters of a transport at one moment. */
interface Traffic {
  time: number;
  sent: number | undefined;
  received: number | undefined;
}

/** Features of a connection that come from its transport and its selected candidate pair. */
export class Network {
  #dtls: ReturnType<typeof dtlsFeatures> | undefined;
  #clockSkew: number | undefined;
  #firstTraffic: Traffic | undefined;
  #lastTraffic: Traffic | undefined;
  #firstPair: ReturnType<typeof firstPairFeatures> | undefined;
  readonly #pairs = new Map<string, { roundTrips: number; responses: number }>();

  /**
   * @param connected whether the connection state has been `connected`
   */
  stats(reports: ReportStore, time: number, connected: boolean): void {
    this.#dtls ??= dtlsFeatures(reports);
    if (this.#clockSkew === undefined) this.#clockSkew = clockSkew(reports, time);
    const transport = selectedTransport(reports);
    if (transport === undefined) return;
    const sent = transport.number(P.bytesSent);
    const received = transport.number(P.bytesReceived);
    // Both counters: before that, the other side may not have answered yet.
    if (sent && received && sent > 0 && received > 0) this.#firstTraffic ??= { time, sent, received };
    const pair = reports.get(transport.text(P.selectedCandidatePairId));
    if (pair === undefined) return;
    this.#hasTraffic(time, sent, received);
    if (connected) this.#firstPair ??= firstPairFeatures(reports, pair);
    let known = this.#pairs.get(pair.id);
    if (known === undefined) {
      if (this.#pairs.size >= MAX_PAIRS) return;
      known = { roundTrips: 0, responses: 0 };
      this.#pairs.set(pair.id, known);
    }
    known.roundTrips = pair.number(P.totalRoundTripTime) ?? 0;
    known.responses = pair.number(P.responsesReceived) ?? 0;
  }

  /** One object for all samples, because there is one in each of them. */
  #hasTraffic(time: number, sent: number | undefined, received: number | undefined): void {
    this.#lastTraffic ??= { time, sent, received };
    this.#lastTraffic.time = time;
    this.#lastTraffic.sent = sent;
    this.#lastTraffic.received = received;
  }

  result() {
    return {
      ...this.#dtls,
      ...this.#firstPair,
      ...present({
        clockSkew: this.#clockSkew,
        averageStunRoundTripTime: this.#roundTripTime(),
        averageOutboundBitrate: this.#bitrate('sent'),
        averageInboundBitrate: this.#bitrate('received'),
      }),
    };
  }

  #roundTripTime(): number | undefined {
    let roundTrips = 0;
    let responses = 0;
    for (const pair of this.#pairs.values()) {
      roundTrips += pair.roundTrips;
      responses += pair.responses;
    }
    return quotient(roundTrips, responses);
  }

  #bitrate(direction: 'sent' | 'received'): number | undefined {
    const first = this.#firstTraffic;
    const last = this.#lastTraffic;
    const bytesBefore = first?.[direction];
    const bytesAfter = last?.[direction];
    if (bytesBefore === undefined || bytesAfter === undefined || !(last!.time > first!.time)) return undefined;
    return ((bytesAfter - bytesBefore) * BITS_PER_BYTE) / ((last!.time - first!.time) / MS_PER_S);
  }
}

/** The addresses of the selected pair, as far as there are any. */
export function selectedAddresses(reports: ReportStore): SelectedAddresses {
  const pair = selectedPair(reports);
  return {
    local: addressOf(reports.get(pair?.text(P.localCandidateId))),
    remote: addressOf(reports.get(pair?.text(P.remoteCandidateId))),
  };
}

function addressOf(candidate: Report | undefined): CandidateAddress {
  return {
    address: candidate?.text(P.address),
    port: candidate?.number(P.port),
    group: candidate?.text(P.rtcstatsAddressGroup),
  };
}

function selectedTransport(reports: ReportStore): Report | undefined {
  for (const transport of reports.ofType('transport')) if (transport.text(P.selectedCandidatePairId)) return transport;
  return undefined;
}

function selectedPair(reports: ReportStore): Report | undefined {
  return reports.get(selectedTransport(reports)?.text(P.selectedCandidatePairId));
}

function dtlsFeatures(reports: ReportStore) {
  const transport = reports.ofType('transport').find((report) => report.text(P.tlsVersion));
  if (transport === undefined) return undefined;
  return present({
    dtlsRole: transport.text(P.dtlsRole),
    dtlsVersion: transport.text(P.tlsVersion),
    srtpCipher: transport.text(P.srtpCipher),
  });
}

function clockSkew(reports: ReportStore, time: number): number | undefined {
  for (const report of reports.ofType('peer-connection')) {
    const timestamp = reports.timestampOf(report);
    if (timestamp !== undefined) return Math.round(time - timestamp);
  }
  return undefined;
}

function firstPairFeatures(reports: ReportStore, pair: Report) {
  const local = reports.get(pair.text(P.localCandidateId));
  const remote = reports.get(pair.text(P.remoteCandidateId));
  return present({
    firstCandidatePairLocalAddress: local?.text(P.address),
    firstCandidatePairLocalProtocol: local?.text(P.protocol),
    firstCandidatePairLocalNetworkType: local?.text(P.networkType),
    firstCandidatePairLocalType: local?.text(P.candidateType),
    firstCandidatePairLocalTypePreference: local && (local.number(P.priority) ?? 0) >> TYPE_PREFERENCE_SHIFT,
    firstCandidatePairLocalRelayProtocol: local?.text(P.relayProtocol),
    firstCandidatePairLocalRelayUrl: local?.text(P.url),
    firstCandidatePairRemoteAddress: remote?.text(P.address),
    firstCandidatePairRemoteType: remote?.text(P.candidateType),
  });
}
