import type { Report } from './report.ts';
import type { RtpHistory } from './rtp-history.ts';
import type { TrackEntry } from './track-entry.ts';
import { flagOf, isObject, member, numberOf, present, quotient } from './values.ts';

/** The features of a track. `history`: that of the statistics which belong to it, if there are any. */
export function trackFeatures(entry: TrackEntry, history: RtpHistory | undefined) {
  const inbound = entry.direction === 'inbound';
  return {
    ...present({
      kind: entry.kind,
      direction: entry.direction,
      trackIdentifier: entry.id,
      startTime: entry.startTime,
      duration: history === undefined ? 0 : Math.floor(history.lastTime - entry.startTime),
      hasNullVideoDecoder: inbound && entry.kind === 'video' ? (history?.hadNullDecoder ?? false) : undefined,
      hasPeriodicJitterBufferFlushes: inbound && entry.kind === 'audio' ? history?.hadPeriodicFlushes : undefined,
    }),
    ...(history && commonFeatures(history)),
    ...(history && (inbound ? inboundFeatures(history.last) : outboundFeatures(history))),
  };
}

function commonFeatures({ last, codec, hasFrames, widths, heights }: RtpHistory) {
  return present({
    codecMimeType: codec?.mimeType,
    codecSdpFmtpLine: codec?.mimeType === undefined ? undefined : (codec.sdpFmtpLine ?? ''),
    ...(hasFrames && {
      minWidth: widths.min,
      minHeight: heights.min,
      maxWidth: widths.max,
      maxHeight: heights.max,
      commonWidth: widths.common,
      commonHeight: heights.common,
    }),
    frameCount: last.number(last.values.has('framesEncoded') ? 'framesEncoded' : 'framesDecoded'),
    keyFrameCount: last.number(last.values.has('keyFramesEncoded') ? 'keyFramesEncoded' : 'keyFramesDecoded'),
    qpSum: last.number('qpSum'),
    nackCount: last.number('nackCount'),
    pliCount: last.number('pliCount'),
    firCount: last.number('firCount'),
  });
}

function outboundFeatures({ last, remote }: RtpHistory) {
  return present({
    averageEncodeTime: quotient(last.number('totalEncodeTime'), last.number('framesEncoded')),
    ...qualityLimitations(last.values.get('qualityLimitationDurations')),
    qualityLimitationResolutionChanges: last.number('qualityLimitationResolutionChanges'),
    rid: last.text('rid'),
    encodingIndex: last.number('encodingIndex'),
    encoderImplementation: last.text('encoderImplementation'),
    powerEfficientEncoder: flagOf(last.values.get('powerEfficientEncoder')),
    ...psnr(last),
    packetsSentWithEct1: last.number('packetsSentWithEct1'),
    ...remote,
  });
}

/** Shares of the time of the encoding, from 0 to 1. Absent if no time has passed, because the share is not defined. */
function qualityLimitations(durations: unknown) {
  if (!isObject(durations)) return {};
  let total = 0;
  for (const duration of Object.values(durations)) total += numberOf(duration) ?? 0;
  const share = (reason: string): number | undefined => quotient(numberOf(member(durations, reason)), total);
  return {
    bandwidthQualityLimitationPercentage: share('bandwidth'),
    cpuQualityLimitationPercentage: share('cpu'),
    otherQualityLimitationPercentage: share('other'),
  };
}

function psnr(last: Report) {
  const psnrMeasurements = last.number('psnrMeasurements');
  if (!psnrMeasurements) return {};
  const sum = last.values.get('psnrSum');
  return {
    psnrMeasurements,
    psnrSumY: numberOf(member(sum, 'y')),
    psnrSumU: numberOf(member(sum, 'u')),
    psnrSumV: numberOf(member(sum, 'v')),
  };
}

function inboundFeatures(last: Report) {
  const emitted = last.number('jitterBufferEmittedCount');
  const decoded = last.number('framesDecoded');
  const samples = last.number('totalSamplesReceived');
  const assembled = last.number('framesAssembledFromMultiplePackets');
  return present({
    freezeCount: last.number('freezeCount'),
    totalFreezesDuration: last.number('totalFreezesDuration'),
    framesDropped: last.number('framesDropped'),
    decoderImplementation: last.text('decoderImplementation'),
    powerEfficientDecoder: flagOf(last.values.get('powerEfficientDecoder')),
    jitterBufferDelay: last.number('jitterBufferDelay'),
    jitterBufferMinimumDelay: last.number('jitterBufferMinimumDelay'),
    jitterBufferTargetDelay: last.number('jitterBufferTargetDelay'),
    jitterBufferEmittedCount: emitted,
    jitterBufferFlushes: last.number('jitterBufferFlushes'),
    totalProcessingDelay: last.number('totalProcessingDelay'),
    framesAssembledFromMultiplePackets: assembled,
    totalAssemblyTime: last.number('totalAssemblyTime'),
    concealedSamples: last.number('concealedSamples'),
    totalSamplesReceived: samples,
    concealmentPercentage: quotient(last.number('concealedSamples'), samples),
    insertedSamplesForDeceleration: last.number('insertedSamplesForDeceleration'),
    removedSamplesForAcceleration: last.number('removedSamplesForAcceleration'),
    decelerationPercentage: quotient(last.number('insertedSamplesForDeceleration'), samples),
    accelerationPercentage: quotient(last.number('removedSamplesForAcceleration'), samples),
    averageDecodeTime: quotient(last.number('totalDecodeTime'), decoded),
    averageInterFrameDelay: quotient(last.number('totalInterFrameDelay'), decoded),
    averageJitterBufferDelay: quotient(last.number('jitterBufferDelay'), emitted),
    averageProcessingDelay: quotient(last.number('totalProcessingDelay'), emitted),
    averageAssemblyTime: quotient(last.number('totalAssemblyTime'), assembled),
  });
}
