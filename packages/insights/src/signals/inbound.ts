import { P } from '../stats/properties.ts';
import type { Report } from '../stats/report.ts';
import { type Counters, levelOf, ratio, times } from './counters.ts';
import type { InboundAudio, InboundSample, InboundVideo } from './samples.ts';
import { codecOf, keyFrameRequestsOf, kindOf, type StreamContext, trackOf } from './streams.ts';

/** The sample of an `inbound-rtp` report. */
export function inboundSample(report: Report, counters: Counters, context: StreamContext): InboundSample {
  const { seconds } = context;
  const emitted = counters.change(report, P.jitterBufferEmittedCount);
  const isAudio = report.name(P.kind) === 'audio';
  const remote = context.report(report.name(P.remoteId));
  return {
    stream: report.id,
    track: trackOf(report),
    kind: kindOf(report),
    mid: report.name(P.mid),
    codec: codecOf(report, context),
    width: report.number(P.frameWidth),
    height: report.number(P.frameHeight),
    keyFrameRequests: keyFrameRequestsOf(report, counters),
    bitrate: times(ratio(counters.change(report, P.bytesReceived), seconds), 8),
    packets: counters.change(report, P.packetsReceived),
    lost: counters.signedChange(report, P.packetsLost),
    jitter: times(report.number(P.jitter), 1000),
    buffer: times(ratio(counters.change(report, P.jitterBufferDelay), emitted), 1000),
    sentByRemote: sentByRemote(remote, counters, context),
    audio: isAudio ? audioOf(report, counters) : undefined,
    video: isAudio ? undefined : videoOf(report, counters, seconds),
    keyFrames: counters.change(report, P.keyFramesDecoded),
  };
}

function audioOf(report: Report, counters: Counters): InboundAudio {
  const concealed = counters.change(report, P.concealedSamples);
  const silent = counters.change(report, P.silentConcealedSamples) ?? 0;
  const inserted = counters.change(report, P.insertedSamplesForDeceleration);
  const removed = counters.change(report, P.removedSamplesForAcceleration);
  return {
    samples: counters.change(report, P.totalSamplesReceived),
    concealed: concealed === undefined ? undefined : Math.max(0, concealed - silent),
    stretched: inserted === undefined || removed === undefined ? undefined : inserted + removed,
    level: levelOf(counters.change(report, P.totalAudioEnergy), counters.change(report, P.totalSamplesDuration)),
  };
}

function videoOf(report: Report, counters: Counters, seconds: number | undefined): InboundVideo {
  const decoded = counters.change(report, P.framesDecoded);
  return {
    framesReceived: counters.change(report, P.framesReceived),
    framesDecoded: decoded,
    framesDropped: counters.change(report, P.framesDropped),
    frameRate: ratio(decoded, seconds),
    frozen: times(counters.change(report, P.totalFreezesDuration), 1000),
    decodeTime: times(ratio(counters.change(report, P.totalDecodeTime), decoded), 1000),
  };
}

/** Only new sender reports count: between two of them the number says nothing. */
function sentByRemote(remote: Report | undefined, counters: Counters, context: StreamContext): number | undefined {
  if (remote === undefined) return undefined;
  const change = counters.change(remote, P.packetsSent);
  return context.isFresh(remote) ? change : undefined;
}
