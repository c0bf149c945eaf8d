import { lastOf } from './series.ts';
import type { ReportColumns, StatsColumns } from './stats-columns.ts';

const STREAM_TYPES = ['outbound-rtp', 'inbound-rtp'];

/**
 * The report of the local end of a stream: the report itself, or the one that a report of the remote end is about
 * (https://www.w3.org/TR/webrtc-stats/#dom-rtcremoteinboundrtpstreamstats-localid).
 */
function localEnd(stats: StatsColumns, report: ReportColumns): ReportColumns {
  const localId = lastOf(report, 'localId');
  return (localId === undefined ? undefined : stats.reports.get(String(localId))) ?? report;
}

/** `video out, VP8, mid 1, h`: kind, direction, codec, media section and simulcast layer, as far as they are known. */
export function streamLabel(stats: StatsColumns, report: ReportColumns): string {
  const stream = localEnd(stats, report);
  const kind = lastOf(report, 'kind') ?? lastOf(report, 'mediaType') ?? 'stream';
  const isSent = report.type === 'outbound-rtp' || report.type === 'remote-inbound-rtp';
  const codec = stats.reports.get(String(lastOf(stream, 'codecId')));
  const mimeType = lastOf(codec, 'mimeType');
  const mid = lastOf(stream, 'mid');
  const rid = lastOf(stream, 'rid');
  return [
    `${kind} ${isSent ? 'out' : 'in'}`,
    mimeType === undefined ? '' : String(mimeType).replace(/^.*\//, ''),
    mid === undefined ? '' : `mid ${mid}`,
    rid === undefined ? '' : String(rid),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** The position of each report's stream among the streams of the connection, so that a stream keeps its color. */
export function streamPositions(stats: StatsColumns): (report: ReportColumns) => number | undefined {
  const streams = [...stats.reports.values()].filter(({ type }) => STREAM_TYPES.includes(type));
  const positions = new Map(streams.map((report, at) => [report, at]));
  return (report) => positions.get(localEnd(stats, report));
}
