import { P } from '../stats/properties.ts';
import type { Report } from '../stats/report.ts';
import type { ReportStore } from '../stats/report-store.ts';
import type { Counters } from './counters.ts';
import type { MediaKind } from './samples.ts';

/** What the samples of streams need to know about their connection. */
export class StreamContext {
  readonly #store: ReportStore;
  /** Seconds since the previous sample, by the browser's clock; undefined at the first one. */
  seconds: number | undefined;

  constructor(store: ReportStore) {
    this.#store = store;
  }

  report(id: string | undefined): Report | undefined {
    return this.#store.get(id);
  }

  /** The only report of a media source of this kind; undefined if there are several. */
  onlySource(kind: string): Report | undefined {
    let only: Report | undefined;
    for (const source of this.#store.ofType('media-source')) {
      if ((source.name(P.kind) ?? '') !== kind) continue;
      if (only !== undefined) return undefined;
      only = source;
    }
    return only;
  }

  /** Whether a report about the remote peer arrived since the previous sample. */
  isFresh(report: Report): boolean {
    return report.changedAt === this.#store.events;
  }
}

// The fields that streams of both directions have. An object of them that is copied into the sample of each stream
// would take longer than all their values.

export function trackOf(report: Report, source?: Report): string {
  return report.name(P.trackIdentifier) ?? source?.name(P.trackIdentifier) ?? report.name(P.mid) ?? report.id;
}

export function kindOf(report: Report): MediaKind {
  return report.name(P.kind) === 'audio' ? 'audio' : 'video';
}

/** The part of the media type between its slashes. */
export function codecOf(report: Report, context: StreamContext): string | undefined {
  const mimeType = context.report(report.name(P.codecId))?.name(P.mimeType);
  if (mimeType === undefined) return undefined;
  const from = mimeType.indexOf('/') + 1;
  if (from === 0) return undefined;
  const to = mimeType.indexOf('/', from);
  return to < 0 ? mimeType.slice(from) : mimeType.slice(from, to);
}

export function keyFrameRequestsOf(report: Report, counters: Counters): number | undefined {
  const pli = counters.change(report, P.pliCount);
  const fir = counters.change(report, P.firCount);
  return pli === undefined && fir === undefined ? undefined : (pli ?? 0) + (fir ?? 0);
}
