import { P } from '../stats/properties.ts';
import type { Report } from '../stats/report.ts';
import { type Counters, levelOf, ratio, times } from './counters.ts';
import type { OutboundSample, OutboundVideo, RemoteReception } from './samples.ts';
import { codecOf, keyFrameRequestsOf, kindOf, type StreamContext, trackOf } from './streams.ts';

const LIMITATIONS: ReadonlySet<string> = new Set(['none', 'cpu', 'bandwidth', 'other']);

/** State of an outbound stream between receiver reports. */
export class OutboundReader {
  /** Packets sent at the last receiver report. */
  #sentAtReport: number | undefined;
  #lostAtReport: number | undefined;
  #receivedAtReport: number | undefined;

  /** The sample of an `outbound-rtp` report. */
  sample(report: Report, counters: Counters, context: StreamContext): OutboundSample {
    const kind = report.name(P.kind) ?? '';
    // Firefox does not link a stream to its source.
    const source = context.report(report.name(P.mediaSourceId)) ?? context.onlySource(kind);
    const { seconds } = context;
    return {
      stream: report.id,
      track: trackOf(report, source),
      kind: kindOf(report),
      mid: report.name(P.mid),
      codec: codecOf(report, context),
      width: report.number(P.frameWidth),
      height: report.number(P.frameHeight),
      keyFrameRequests: keyFrameRequestsOf(report, counters),
      bitrate: times(ratio(counters.change(report, P.bytesSent), seconds), 8),
      packets: counters.change(report, P.packetsSent),
      layer: report.name(P.rid) ?? indexOf(report),
      active: report.flag(P.active),
      retransmitted: counters.change(report, P.retransmittedPacketsSent),
      remote: this.#remote(report, context),
      sourceLevel: source && sourceLevel(source, counters),
      sourceFrameRate: source && ratio(counters.change(source, P.frames), seconds),
      video: kind === 'video' ? videoOf(report, counters, seconds) : undefined,
      keyFrames: counters.change(report, P.keyFramesEncoded),
    };
  }

  /** Receiver reports come every few seconds, so the losses in one are related to what was sent since the last one. */
  #remote(report: Report, context: StreamContext): RemoteReception | undefined {
    const remote = context.report(report.name(P.remoteId));
    if (remote === undefined || !context.isFresh(remote)) return undefined;
    const sent = report.number(P.packetsSent);
    const lost = remote.number(P.packetsLost);
    const received = remote.number(P.packetsReceived);
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
      jitter: times(remote.number(P.jitter), 1000),
      rtt: times(remote.number(P.roundTripTime), 1000),
    };
  }
}

function difference(now: number | undefined, before: number | undefined): number | undefined {
  return now === undefined || before === undefined ? undefined : now - before;
}

/** The counters of a source have names that those of its stream do not have, so they can share `counters`. */
function sourceLevel(source: Report, counters: Counters): number | undefined {
  return levelOf(counters.change(source, P.totalAudioEnergy), counters.change(source, P.totalSamplesDuration));
}

function indexOf(report: Report): string | undefined {
  const index = report.number(P.encodingIndex);
  return index === undefined ? undefined : String(index);
}

function videoOf(report: Report, counters: Counters, seconds: number | undefined): OutboundVideo {
  const encoded = counters.change(report, P.framesEncoded);
  const reason = report.name(P.qualityLimitationReason);
  return {
    framesEncoded: encoded,
    frameRate: ratio(encoded, seconds),
    encodeTime: times(ratio(counters.change(report, P.totalEncodeTime), encoded), 1000),
    limitation: reason !== undefined && LIMITATIONS.has(reason) ? (reason as OutboundVideo['limitation']) : undefined,
    qp: ratio(counters.change(report, P.qpSum), encoded),
  };
}
