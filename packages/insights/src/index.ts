export type { Chart, Unit } from './charts.ts';
export { diffLines } from './diff-lines.ts';
export { CLIENT_FEATURES } from './features/client-table.ts';
export { CONNECTION_FEATURES } from './features/connection-table.ts';
export type {
  ClientFeatures,
  ConnectionFeatures,
  EventAccumulator,
  Features,
  TrackFeatures,
} from './features/contract.ts';
export type { FeatureDefinition, FeatureType } from './features/definition.ts';
export { FeatureAccumulator, type FeatureOptions } from './features/features.ts';
export { TRACK_FEATURES } from './features/track-table.ts';
export type { Candidate, CandidatePair } from './ice.ts';
export { Recording } from './recording.ts';
export { type Description, sdpSections } from './sdp.ts';
export type { Lane, Mark } from './timeline.ts';
export {
  type ConnectionSummary,
  type EventRow,
  RecordingView,
  type StatName,
  type Summary,
} from './view.ts';
