import { type Counters, levelOf, ratio, times } from './counters.ts';
import type { Report } from './report-store.ts';
import type { InboundAudio, InboundSample, InboundVideo } from './samples.ts';
import { type StreamContext, streamFields } from './streams.ts';

/** The sample of an `inbound-rtp` report. */
export function inboundSample(report: Report, counters: Counters, context: StreamContext): InboundSample {
  const { seconds } = context;
  const emitted = counters.change(report, 'jitterBufferEmittedCount');
  const isAudio = report.text('kind') === 'audio';
  const remote = context.report(report.text('remoteId'));
  return {
    ...streamFields(report, counters, context),
    bitrate: times(ratio(counters.change(report, 'bytesReceived'), seconds), 8),
    packets: counters.change(report, 'packetsReceived'),
    lost: counters.signedChange(report, 'packetsLost'),
    jitter: times(report.number('jitter'), 1000),
    buffer: times(ratio(counters.change(report, 'jitterBufferDelay'), emitted), 1000),
    sentByRemote: sentByRemote(remote, counters, context),
    audio: isAudio ? audioOf(report, counters) : undefined,
    video: isAudio ? undefined : videoOf(report, counters, seconds),
    keyFrames: counters.change(report, 'keyFramesDecoded'),
  };
}

function audioOf(report: Report, counters: Counters): InboundAudio {
  const concealed = counters.change(report, 'concealedSamples');
  const silent = counters.change(report, 'silentConcealedSamples') ?? 0;
  const inserted = counters.change(report, 'insertedSamplesForDeceleration');
  const removed = counters.change(report, 'removedSamplesForAcceleration');
  return {
    samples: counters.change(report, 'totalSamplesReceived'),
    concealed: concealed === undefined ? undefined : Math.max(0, concealed - silent),
    stretched: inserted === undefined || removed === undefined ? undefined : inserted + removed,
    level: levelOf(counters.change(report, 'totalAudioEnergy'), counters.change(report, 'totalSamplesDuration')),
  };
}

function videoOf(report: Report, counters: Counters, seconds: number | undefined): InboundVideo {
  const decoded = counters.change(report, 'framesDecoded');
  return {
    framesReceived: counters.change(report, 'framesReceived'),
    framesDecoded: decoded,
    framesDropped: counters.change(report, 'framesDropped'),
    frameRate: ratio(decoded, seconds),
    frozen: times(counters.change(report, 'totalFreezesDuration'), 1000),
    decodeTime: times(ratio(counters.change(report, 'totalDecodeTime'), decoded), 1000),
  };
}

/** Only new sender reports count: between two of them the number says nothing. */
function sentByRemote(remote: Report | undefined, counters: Counters, context: StreamContext): number | undefined {
  if (remote === undefined) return undefined;
  const change = counters.change(remote, 'packetsSent');
  return context.isFresh(remote) ? change : undefined;
}
