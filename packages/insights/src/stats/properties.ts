import { StatsProperties } from '@rtcstats-server/dump';

declare const kind: unique symbol;
/** Where a report holds a property that is a number. */
export type NumberSlot = number & { readonly [kind]: 'number' };
/** Where a report holds a property that is a text, a flag or an object. */
export type OtherSlot = number & { readonly [kind]: 'other' };

const names: string[] = [];
const next = (name: string): number => names.push(name) - 1;
const number = (name: string): NumberSlot => next(name) as NumberSlot;
const other = (name: string): OtherSlot => next(name) as OtherSlot;

/**
 * The properties that features and signals read; register a new one here. All others are dropped when statistics are
 * read, so that those of thousands of connections fit into memory. Numbers come first: a report holds them apart.
 */
export const P = {
  availableOutgoingBitrate: number('availableOutgoingBitrate'),
  bytesReceived: number('bytesReceived'),
  bytesSent: number('bytesSent'),
  concealedSamples: number('concealedSamples'),
  currentRoundTripTime: number('currentRoundTripTime'),
  encodingIndex: number('encodingIndex'),
  firCount: number('firCount'),
  frameHeight: number('frameHeight'),
  frameWidth: number('frameWidth'),
  frames: number('frames'),
  framesAssembledFromMultiplePackets: number('framesAssembledFromMultiplePackets'),
  framesDecoded: number('framesDecoded'),
  framesDropped: number('framesDropped'),
  framesEncoded: number('framesEncoded'),
  framesReceived: number('framesReceived'),
  freezeCount: number('freezeCount'),
  insertedSamplesForDeceleration: number('insertedSamplesForDeceleration'),
  jitter: number('jitter'),
  jitterBufferDelay: number('jitterBufferDelay'),
  jitterBufferEmittedCount: number('jitterBufferEmittedCount'),
  jitterBufferFlushes: number('jitterBufferFlushes'),
  jitterBufferMinimumDelay: number('jitterBufferMinimumDelay'),
  jitterBufferTargetDelay: number('jitterBufferTargetDelay'),
  keyFramesDecoded: number('keyFramesDecoded'),
  keyFramesEncoded: number('keyFramesEncoded'),
  nackCount: number('nackCount'),
  packetsLost: number('packetsLost'),
  packetsReceived: number('packetsReceived'),
  packetsReceivedWithCe: number('packetsReceivedWithCe'),
  packetsReceivedWithEct1: number('packetsReceivedWithEct1'),
  packetsSent: number('packetsSent'),
  packetsSentWithEct1: number('packetsSentWithEct1'),
  packetsWithBleachedEct1Marking: number('packetsWithBleachedEct1Marking'),
  pliCount: number('pliCount'),
  port: number('port'),
  priority: number('priority'),
  psnrMeasurements: number('psnrMeasurements'),
  qpSum: number('qpSum'),
  qualityLimitationResolutionChanges: number('qualityLimitationResolutionChanges'),
  removedSamplesForAcceleration: number('removedSamplesForAcceleration'),
  responsesReceived: number('responsesReceived'),
  retransmittedPacketsSent: number('retransmittedPacketsSent'),
  roundTripTime: number('roundTripTime'),
  silentConcealedSamples: number('silentConcealedSamples'),
  totalAssemblyTime: number('totalAssemblyTime'),
  totalAudioEnergy: number('totalAudioEnergy'),
  totalDecodeTime: number('totalDecodeTime'),
  totalEncodeTime: number('totalEncodeTime'),
  totalFreezesDuration: number('totalFreezesDuration'),
  totalInterFrameDelay: number('totalInterFrameDelay'),
  totalProcessingDelay: number('totalProcessingDelay'),
  totalRoundTripTime: number('totalRoundTripTime'),
  totalSamplesDuration: number('totalSamplesDuration'),
  totalSamplesReceived: number('totalSamplesReceived'),

  active: other('active'),
  address: other('address'),
  candidateType: other('candidateType'),
  codecId: other('codecId'),
  decoderImplementation: other('decoderImplementation'),
  dtlsRole: other('dtlsRole'),
  dtlsState: other('dtlsState'),
  encoderImplementation: other('encoderImplementation'),
  kind: other('kind'),
  localCandidateId: other('localCandidateId'),
  mediaSourceId: other('mediaSourceId'),
  mid: other('mid'),
  mimeType: other('mimeType'),
  networkType: other('networkType'),
  nominated: other('nominated'),
  powerEfficientDecoder: other('powerEfficientDecoder'),
  powerEfficientEncoder: other('powerEfficientEncoder'),
  protocol: other('protocol'),
  psnrSum: other('psnrSum'),
  qualityLimitationDurations: other('qualityLimitationDurations'),
  qualityLimitationReason: other('qualityLimitationReason'),
  relayProtocol: other('relayProtocol'),
  remoteCandidateId: other('remoteCandidateId'),
  remoteId: other('remoteId'),
  rid: other('rid'),
  rtcstatsAddressClass: other('rtcstatsAddressClass'),
  rtcstatsAddressGroup: other('rtcstatsAddressGroup'),
  rtcstatsNetworkGroup: other('rtcstatsNetworkGroup'),
  sdpFmtpLine: other('sdpFmtpLine'),
  selected: other('selected'),
  selectedCandidatePairId: other('selectedCandidatePairId'),
  srtpCipher: other('srtpCipher'),
  state: other('state'),
  tlsVersion: other('tlsVersion'),
  trackIdentifier: other('trackIdentifier'),
  url: other('url'),
} as const;

/** Number of properties that are numbers; their slots are the first ones. */
export const NUMBERS: number = P.active;
export const OTHERS: number = names.length - NUMBERS;

export const PROPERTIES = new StatsProperties(names);
