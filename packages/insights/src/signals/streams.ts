import { P } from '../stats/properties.ts';
import type { Report } from '../stats/report.ts';
import type { ReportStore } from '../stats/report-store.ts';
import type { Counters } from './counters.ts';
import type { MediaKind } from './samples.ts';

/** Media types come from the file, so only a limited number is remembered. */
const MAX_CODECS = 100;

/** What the samples of streams need to know about their connection. */
export class StreamContext {
  readonly #store: ReportStore;
  /** By media type. A new string for each stream of each sample would take longer. */
  readonly #codecs = new Map<string, string>();
  /** Seconds since the previous sample, by the browser's clock; undefined at the first one. */
  seconds: number | undefined;

  constructor(store: ReportStore) {
    this.#store = store;
  }

  /** The name of the codec of a media type. */
  codecOf(mimeType: string): string | undefined {
    const known = this.#codecs.get(mimeType);
    if (known !== undefined) return known;
    const codec = payloadOf(mimeType);
    if (codec !== undefined && this.#codecs.size < MAX_CODECS) this.#codecs.set(mimeType, codec);
    return codec;
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

export function codecOf(report: Report, context: StreamContext): string | undefined {
  const mimeType = context.report(report.name(P.codecId))?.name(P.mimeType);
  return mimeType === undefined ? undefined : context.codecOf(mimeType);
}

/** The part of a media type between its slashes. */
function payloadOf(mimeType: string): string | undefined {
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
