import { P } from '../stats/properties.ts';
import type { Report } from '../stats/report.ts';
import type { ReportStore } from '../stats/report-store.ts';

/** Limits the sizes remembered per stream. A window that is shared and resized has the most. */
const MAX_SIZES = 1000;
/** Flushes of the jitter buffer at this distance (in milliseconds) are a known fault of receivers. */
const MIN_FLUSH_GAP = 3000;
const MAX_FLUSH_GAP = 5000;
const MIN_FLUSHES = 3;

/** How often each frame width or height occurred. */
class Sizes {
  readonly #counts = new Map<number, { count: number }>();
  /** The size that was added last, because it is nearly always the next one, too. */
  #last = 0;
  #lastCount: { count: number } | undefined;
  min = Number.POSITIVE_INFINITY;
  max = 0;

  add(size: number): void {
    if (this.#lastCount !== undefined && size === this.#last) {
      this.#lastCount.count += 1;
      return;
    }
    this.min = Math.min(this.min, size);
    this.max = Math.max(this.max, size);
    let known = this.#counts.get(size);
    if (known === undefined && this.#counts.size < MAX_SIZES) {
      known = { count: 0 };
      this.#counts.set(size, known);
    }
    if (known !== undefined) known.count += 1;
    this.#last = size;
    this.#lastCount = known;
  }

  /** The most frequent size, and of several the smallest. */
  get common(): number {
    let common = 0;
    let most = 0;
    for (const [size, { count }] of this.#counts) {
      if (count > most || (count === most && size < common)) {
        common = size;
        most = count;
      }
    }
    return common;
  }
}

/** The moments at which the jitter buffer was flushed. */
class Flushes {
  #count: number | undefined;
  #increases = 0;
  #last = 0;
  #allInRange = true;

  add(count: number, time: number): void {
    if (this.#count !== undefined && count > this.#count) {
      const gap = time - this.#last;
      if (this.#increases > 0 && (gap < MIN_FLUSH_GAP || gap > MAX_FLUSH_GAP)) this.#allInRange = false;
      this.#increases += 1;
      this.#last = time;
    }
    this.#count = count;
  }

  /** Undefined if there were too few to tell. */
  get periodic(): boolean | undefined {
    return this.#increases < MIN_FLUSHES ? undefined : this.#allInRange;
  }
}

/** What the remote peer reports about ECN markings of a sent stream. */
export interface RemoteMarkings {
  packetsReceivedWithEct1: number | undefined;
  packetsReceivedWithCe: number | undefined;
  packetsWithBleachedEct1Marking: number | undefined;
}

/** What features need of all statistics of one `inbound-rtp` or `outbound-rtp` report. */
export class RtpHistory {
  /** The report with its values of the last event that it was in, and the time of that event. */
  last: Report;
  lastTime = 0;
  remote: RemoteMarkings | undefined;
  codec: { readonly mimeType: string | undefined; readonly sdpFmtpLine: string | undefined } | undefined;
  hadNullDecoder = false;
  readonly #widths = new Sizes();
  readonly #heights = new Sizes();
  readonly #flushes = new Flushes();

  constructor(report: Report) {
    this.last = report;
  }

  add(report: Report, reports: ReportStore, time: number): void {
    this.last = report;
    this.lastTime = time;
    this.#rememberRemote(reports.get(report.text(P.remoteId)));
    if (this.codec === undefined) {
      const codec = reports.get(report.text(P.codecId));
      if (codec) this.codec = { mimeType: codec.text(P.mimeType), sdpFmtpLine: codec.text(P.sdpFmtpLine) };
    }
    if (report.value(P.decoderImplementation) === 'NullVideoDecoder') this.hadNullDecoder = true;
    const width = report.number(P.frameWidth);
    const height = report.number(P.frameHeight);
    if (width && height) {
      this.#widths.add(width);
      this.#heights.add(height);
    }
    const flushes = report.number(P.jitterBufferFlushes);
    if (flushes !== undefined) this.#flushes.add(flushes, time);
  }

  /** A copy, because that report can outlive the one of the stream, and change. */
  #rememberRemote(remote: Report | undefined): void {
    if (remote === undefined) {
      this.remote = undefined;
      return;
    }
    this.remote ??= {
      packetsReceivedWithEct1: undefined,
      packetsReceivedWithCe: undefined,
      packetsWithBleachedEct1Marking: undefined,
    };
    this.remote.packetsReceivedWithEct1 = remote.number(P.packetsReceivedWithEct1);
    this.remote.packetsReceivedWithCe = remote.number(P.packetsReceivedWithCe);
    this.remote.packetsWithBleachedEct1Marking = remote.number(P.packetsWithBleachedEct1Marking);
  }

  get hasFrames(): boolean {
    return this.#widths.max > 0;
  }

  get widths(): Readonly<Pick<Sizes, 'min' | 'max' | 'common'>> {
    return this.#widths;
  }

  get heights(): Readonly<Pick<Sizes, 'min' | 'max' | 'common'>> {
    return this.#heights;
  }

  get hadPeriodicFlushes(): boolean | undefined {
    return this.#flushes.periodic;
  }
}
