import { P } from '../stats/properties.ts';
import type { Report } from '../stats/report.ts';
import type { RtpHistory } from './rtp-history.ts';
import type { TrackEntry } from './track-entry.ts';
import { isObject, member, numberOf, present, quotient } from './values.ts';

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
    frameCount: last.number(P.framesEncoded) ?? last.number(P.framesDecoded),
    keyFrameCount: last.number(P.keyFramesEncoded) ?? last.number(P.keyFramesDecoded),
    qpSum: last.number(P.qpSum),
    nackCount: last.number(P.nackCount),
    pliCount: last.number(P.pliCount),
    firCount: last.number(P.firCount),
  });
}

function outboundFeatures({ last, remote }: RtpHistory) {
  return present({
    averageEncodeTime: quotient(last.number(P.totalEncodeTime), last.number(P.framesEncoded)),
    ...qualityLimitations(last.value(P.qualityLimitationDurations)),
    qualityLimitationResolutionChanges: last.number(P.qualityLimitationResolutionChanges),
    rid: last.text(P.rid),
    encodingIndex: last.number(P.encodingIndex),
    encoderImplementation: last.text(P.encoderImplementation),
    powerEfficientEncoder: last.flag(P.powerEfficientEncoder),
    ...psnr(last),
    packetsSentWithEct1: last.number(P.packetsSentWithEct1),
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
  const psnrMeasurements = last.number(P.psnrMeasurements);
  if (!psnrMeasurements) return {};
  const sum = last.value(P.psnrSum);
  return {
    psnrMeasurements,
    psnrSumY: numberOf(member(sum, 'y')),
    psnrSumU: numberOf(member(sum, 'u')),
    psnrSumV: numberOf(member(sum, 'v')),
  };
}

function inboundFeatures(last: Report) {
  const emitted = last.number(P.jitterBufferEmittedCount);
  const decoded = last.number(P.framesDecoded);
  const samples = last.number(P.totalSamplesReceived);
  const assembled = last.number(P.framesAssembledFromMultiplePackets);
  return present({
    freezeCount: last.number(P.freezeCount),
    totalFreezesDuration: last.number(P.totalFreezesDuration),
    framesDropped: last.number(P.framesDropped),
    decoderImplementation: last.text(P.decoderImplementation),
    powerEfficientDecoder: last.flag(P.powerEfficientDecoder),
    jitterBufferDelay: last.number(P.jitterBufferDelay),
    jitterBufferMinimumDelay: last.number(P.jitterBufferMinimumDelay),
    jitterBufferTargetDelay: last.number(P.jitterBufferTargetDelay),
    jitterBufferEmittedCount: emitted,
    jitterBufferFlushes: last.number(P.jitterBufferFlushes),
    totalProcessingDelay: last.number(P.totalProcessingDelay),
    framesAssembledFromMultiplePackets: assembled,
    totalAssemblyTime: last.number(P.totalAssemblyTime),
    concealedSamples: last.number(P.concealedSamples),
    totalSamplesReceived: samples,
    concealmentPercentage: quotient(last.number(P.concealedSamples), samples),
    insertedSamplesForDeceleration: last.number(P.insertedSamplesForDeceleration),
    removedSamplesForAcceleration: last.number(P.removedSamplesForAcceleration),
    decelerationPercentage: quotient(last.number(P.insertedSamplesForDeceleration), samples),
    accelerationPercentage: quotient(last.number(P.removedSamplesForAcceleration), samples),
    averageDecodeTime: quotient(last.number(P.totalDecodeTime), decoded),
    averageInterFrameDelay: quotient(last.number(P.totalInterFrameDelay), decoded),
    averageJitterBufferDelay: quotient(last.number(P.jitterBufferDelay), emitted),
    averageProcessingDelay: quotient(last.number(P.totalProcessingDelay), emitted),
    averageAssemblyTime: quotient(last.number(P.totalAssemblyTime), assembled),
  });
}
