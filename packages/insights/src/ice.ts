import { lastOf } from './series.ts';
import type { ReportColumns, StatsColumns } from './stats-columns.ts';

/** An ICE candidate of a connection. */
export interface Candidate {
  /** Id of its report. */
  readonly id: string;
  /** `host`, `srflx`, `prflx` or `relay`; `unknown` if not in the dump. */
  readonly type: string;
  /** Transport in lower case: `udp` or `tcp`. */
  readonly protocol: string;
  /** As in the dump, masked or not; empty if the browser does not expose it. */
  readonly address: string;
  /** The class that the anonymizer derived from a masked address, such as `private` or `cgnat`. */
  readonly addressClass: string | undefined;
  /** Transport between client and TURN server, for relayed candidates. */
  readonly port: number | undefined;
  readonly relayProtocol: string | undefined;
  /** `wifi`, `ethernet`, …; only in some browsers. */
  readonly networkType: string | undefined;
}

/** An ICE candidate pair with its last statistics. */
export interface CandidatePair {
  readonly id: string;
  readonly local: Candidate;
  readonly remote: Candidate;
  /** https://www.w3.org/TR/webrtc-stats/#dom-rtcstatsicecandidatepairstate */
  readonly state: string;
  readonly nominated: boolean;
  /** Whether the connection used the pair last. */
  readonly selected: boolean;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** In seconds. */
  readonly roundTripTime: number | undefined;
  readonly requestsSent: number;
  readonly responsesReceived: number;
}

/**
 * The candidate pairs of a connection with their last values: the selected pair first, then successful ones, then the
 * others.
 */
export function candidatePairs(stats: StatsColumns): CandidatePair[] {
  const reports = [...stats.reports.values()];
  const selected = new Set(
    reports.filter(({ type }) => type === 'transport').map((transport) => lastOf(transport, 'selectedCandidatePairId')),
  );
  const pairs = reports
    .filter(({ type }) => type === 'candidate-pair')
    .map((report) => pairOf(stats, report, selected));
  return pairs.sort((a, b) => rank(b) - rank(a) || b.bytesSent + b.bytesReceived - a.bytesSent - a.bytesReceived);
}

function pairOf(stats: StatsColumns, report: ReportColumns, selected: ReadonlySet<unknown>): CandidatePair {
  const number = (name: string): number => Number(lastOf(report, name) ?? 0);
  const roundTripTime = lastOf(report, 'currentRoundTripTime');
  return {
    id: report.id,
    local: candidate(stats, lastOf(report, 'localCandidateId')),
    remote: candidate(stats, lastOf(report, 'remoteCandidateId')),
    state: String(lastOf(report, 'state') ?? 'unknown'),
    nominated: number('nominated') === 1,
    // Firefox has no transport reports and marks the pair itself.
    selected: selected.has(report.id) || number('selected') === 1,
    bytesSent: number('bytesSent'),
    bytesReceived: number('bytesReceived'),
    roundTripTime: typeof roundTripTime === 'number' ? roundTripTime : undefined,
    requestsSent: number('requestsSent'),
    responsesReceived: number('responsesReceived'),
  };
}

function candidate(stats: StatsColumns, id: number | string | undefined): Candidate {
  const report = stats.reports.get(String(id));
  const text = (name: string): string => String(lastOf(report, name) ?? '');
  const port = lastOf(report, 'port');
  return {
    id: String(id),
    type: text('candidateType') || 'unknown',
    protocol: text('protocol').toLowerCase(),
    address: text('address') || text('ip'),
    addressClass: text('rtcstatsAddressClass') || undefined,
    port: typeof port === 'number' ? port : undefined,
    relayProtocol: text('relayProtocol') || undefined,
    networkType: text('networkType') || undefined,
  };
}

function rank({ selected, nominated, state }: CandidatePair): number {
  return (selected ? 8 : 0) + (nominated ? 4 : 0) + (state === 'succeeded' ? 2 : 0) + (state === 'failed' ? 0 : 1);
}

/** How packets of a connection were sent: `direct, UDP`, `relayed over TLS`; undefined if it never had a pair. */
export function networkPath(stats: StatsColumns): string | undefined {
  const pair = candidatePairs(stats).find(
    ({ selected, nominated, bytesSent }) => selected || (nominated && bytesSent > 0),
  );
  if (pair === undefined) return undefined;
  const { local, remote } = pair;
  if (local.type === 'relay') return `relayed over ${(local.relayProtocol ?? local.protocol).toUpperCase()}`;
  if (remote.type === 'relay') return `relayed by the remote peer, ${local.protocol.toUpperCase()}`;
  return `direct, ${local.protocol.toUpperCase()}`;
}
