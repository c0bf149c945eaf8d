export type { Chart, Unit } from './charts.ts';
export { diffLines } from './diff-lines.ts';
export type { Candidate, CandidatePair } from './ice.ts';
export type { IceSetup } from './ice-setup.ts';
export type { Marker } from './markers.ts';
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
