/** The properties of reports that samples are made from; the others are dropped, which bounds the memory per report. */
const NAMES = [
  'active',
  'availableOutgoingBitrate',
  'bytesReceived',
  'bytesSent',
  'candidateType',
  'codecId',
  'concealedSamples',
  'currentRoundTripTime',
  'dtlsState',
  'encodingIndex',
  'firCount',
  'frameHeight',
  'frameWidth',
  'frames',
  'framesDecoded',
  'framesDropped',
  'framesEncoded',
  'framesReceived',
  'insertedSamplesForDeceleration',
  'jitter',
  'jitterBufferDelay',
  'jitterBufferEmittedCount',
  'keyFramesDecoded',
  'keyFramesEncoded',
  'kind',
  'localCandidateId',
  'mediaSourceId',
  'mid',
  'mimeType',
  'nominated',
  'packetsLost',
  'packetsReceived',
  'packetsSent',
  'pliCount',
  'protocol',
  'qpSum',
  'qualityLimitationReason',
  'relayProtocol',
  'remoteCandidateId',
  'remoteId',
  'removedSamplesForAcceleration',
  'responsesReceived',
  'retransmittedPacketsSent',
  'rid',
  'roundTripTime',
  'selected',
  'selectedCandidatePairId',
  'silentConcealedSamples',
  'state',
  'timestamp',
  'totalAudioEnergy',
  'totalDecodeTime',
  'totalEncodeTime',
  'totalFreezesDuration',
  'totalRoundTripTime',
  'totalSamplesDuration',
  'totalSamplesReceived',
  'trackIdentifier',
  'type',
] as const;

export type Property = (typeof NAMES)[number];

/** Reports and counters hold values in arrays, because there are millions of them in a large dump. */
export const SLOTS = Object.fromEntries(NAMES.map((name, slot) => [name, slot])) as Readonly<Record<Property, number>>;
export const SLOT_COUNT = NAMES.length;

const BY_NAME: ReadonlyMap<string, number> = new Map(NAMES.map((name, slot) => [name, slot]));

/** The slot of a property; -1 if it is dropped. */
export function slotOf(name: string): number {
  return BY_NAME.get(name) ?? -1;
}
