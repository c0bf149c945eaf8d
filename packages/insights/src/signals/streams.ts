import type { Counters } from './counters.ts';
import type { Report } from './report-store.ts';
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
  const mid = report.text('mid');
  const pli = counters.change(report, 'pliCount');
  const fir = counters.change(report, 'firCount');
  return {
    stream: report.id,
    track: report.text('trackIdentifier') ?? source?.text('trackIdentifier') ?? mid ?? report.id,
    kind: report.text('kind') === 'audio' ? 'audio' : 'video',
    mid,
    codec: context.report(report.text('codecId'))?.text('mimeType')?.split('/')[1],
    width: report.number('frameWidth'),
    height: report.number('frameHeight'),
    keyFrameRequests: pli === undefined && fir === undefined ? undefined : (pli ?? 0) + (fir ?? 0),
  };
}
