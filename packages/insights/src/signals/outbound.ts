import { type Counters, levelOf, ratio, times } from './counters.ts';
import type { Report } from './report-store.ts';
import type { OutboundSample, OutboundVideo, RemoteReception } from './samples.ts';
import { type StreamContext, streamFields } from './streams.ts';

const LIMITATIONS: ReadonlySet<string> = new Set(['none', 'cpu', 'bandwidth', 'other']);

/** State of an outbound stream between receiver reports. */
export class OutboundReader {
  /** Packets sent at the last receiver report. */
  #sentAtReport: number | undefined;
  #lostAtReport: number | undefined;
  #receivedAtReport: number | undefined;

  /** The sample of an `outbound-rtp` report. */
  sample(report: Report, counters: Counters, context: StreamContext): OutboundSample {
    const kind = report.text('kind') ?? '';
    // Firefox does not link a stream to its source.
    const source = context.report(report.text('mediaSourceId')) ?? context.onlySource(kind);
    const { seconds } = context;
    return {
      ...streamFields(report, counters, context, source),
      bitrate: times(ratio(counters.change(report, 'bytesSent'), seconds), 8),
      packets: counters.change(report, 'packetsSent'),
      layer: report.text('rid') ?? indexOf(report),
      active: report.flag('active'),
      retransmitted: counters.change(report, 'retransmittedPacketsSent'),
      remote: this.#remote(report, context),
      sourceLevel: source && sourceLevel(source, counters),
      sourceFrameRate: source && ratio(counters.change(source, 'frames'), seconds),
      video: kind === 'video' ? videoOf(report, counters, seconds) : undefined,
      keyFrames: counters.change(report, 'keyFramesEncoded'),
    };
  }

  /** Receiver reports come every few seconds, so the losses in one are related to what was sent since the last one. */
  #remote(report: Report, context: StreamContext): RemoteReception | undefined {
    const remote = context.report(report.text('remoteId'));
    if (remote === undefined || !context.isFresh(remote)) return undefined;
    const sent = report.number('packetsSent');
    const lost = remote.number('packetsLost');
    const received = remote.number('packetsReceived');
    const lostNow = difference(lost, this.#lostAtReport);
    const receivedNow = difference(received, this.#receivedAtReport);
    const sentNow = difference(sent, this.#sentAtReport);
    this.#sentAtReport = sent;
    this.#lostAtReport = lost;
    this.#receivedAtReport = received;
    const exact = receivedNow === undefined || lostNow === undefined ? undefined : receivedNow + lostNow;
    return {
      lost: lostNow,
      expected: exact ?? sentNow,
      jitter: times(remote.number('jitter'), 1000),
      rtt: times(remote.number('roundTripTime'), 1000),
    };
  }
}

function difference(now: number | undefined, before: number | undefined): number | undefined {
  return now === undefined || before === undefined ? undefined : now - before;
}

/** The counters of a source have names that those of its stream do not have, so they can share `counters`. */
function sourceLevel(source: Report, counters: Counters): number | undefined {
  return levelOf(counters.change(source, 'totalAudioEnergy'), counters.change(source, 'totalSamplesDuration'));
}

function indexOf(report: Report): string | undefined {
  const index = report.number('encodingIndex');
  return index === undefined ? undefined : String(index);
}

function videoOf(report: Report, counters: Counters, seconds: number | undefined): OutboundVideo {
  const encoded = counters.change(report, 'framesEncoded');
  const reason = report.text('qualityLimitationReason');
  return {
    framesEncoded: encoded,
    frameRate: ratio(encoded, seconds),
    encodeTime: times(ratio(counters.change(report, 'totalEncodeTime'), encoded), 1000),
    limitation: reason !== undefined && LIMITATIONS.has(reason) ? (reason as OutboundVideo['limitation']) : undefined,
    qp: ratio(counters.change(report, 'qpSum'), encoded),
  };
}
