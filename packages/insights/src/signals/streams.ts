import { P } from '../stats/properties.ts';
import type { Report } from '../stats/report.ts';
import type { Counters } from './counters.ts';
import type { InboundSample, OutboundSample } from './samples.ts';

/** What the samples of streams need to know about their connection. */
export interface StreamContext {
  /** Seconds since the previous sample, by the browser's clock; undefined at the first one. */
  readonly seconds: number | undefined;
  report(id: string | undefined): Report | undefined;
  /** The only report of a media source of this kind; undefined if there are several. */
  onlySource(kind: string): Report | undefined;
  /** Whether a report about the remote peer arrived since the previous sample. */
  isFresh(report: Report): boolean;
}

type Common = Pick<
  InboundSample & OutboundSample,
  'stream' | 'track' | 'kind' | 'mid' | 'codec' | 'width' | 'height' | 'keyFrameRequests'
>;

/** The fields that streams of both directions have. */
export function streamFields(report: Report, counters: Counters, context: StreamContext, source?: Report): Common {
  const mid = report.name(P.mid);
  const pli = counters.change(report, P.pliCount);
  const fir = counters.change(report, P.firCount);
  return {
    stream: report.id,
    track: report.name(P.trackIdentifier) ?? source?.name(P.trackIdentifier) ?? mid ?? report.id,
    kind: report.name(P.kind) === 'audio' ? 'audio' : 'video',
    mid,
    codec: context.report(report.name(P.codecId))?.name(P.mimeType)?.split('/')[1],
    width: report.number(P.frameWidth),
    height: report.number(P.frameHeight),
    keyFrameRequests: pli === undefined && fir === undefined ? undefined : (pli ?? 0) + (fir ?? 0),
  };
}
