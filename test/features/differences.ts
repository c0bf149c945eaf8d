const LABEL = 'it is in the label of a device, and the setting `deviceNames.keepUsbIds` decides whether it stays';
const ERROR = 'the text can quote an address, a line of SDP or a label; its beginning, which says what failed, stays';
const ADDRESS = 'it is an address';
const MACHINE =
  'the name in `.local` can be that of a machine, and the setting `derive.addressClass` decides whether its class stays';
const COUNT = 'events of the application are dropped';

/**
 * The features that may differ between a dump and its anonymized form, as `level.name`, and why. A test compares this
 * list with what differs, in both directions, so a new entry is a decision: either the value is personal, or it has to
 * be derived before it is masked.
 */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  'client.getUserMediaError': ERROR,
  'client.audioDeviceUsbId': LABEL,
  'client.videoDeviceUsbId': LABEL,
  'connection.numberOfEvents': COUNT,
  'connection.numberOfEventsNotGetStats': COUNT,
  'connection.setLocalDescriptionFailure': ERROR,
  'connection.setRemoteDescriptionFailure': ERROR,
  'connection.addIceCandidateFailure': ERROR,
  'connection.addedMdnsCandidate': MACHINE,
  'connection.gatheredMdnsCandidate': MACHINE,
  'connection.firstCandidatePairLocalAddress': ADDRESS,
  'connection.firstCandidatePairLocalRelayUrl': 'its host can be an address',
  'connection.firstCandidatePairRemoteAddress': ADDRESS,
};
