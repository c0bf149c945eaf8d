export { Analysis, type AnalysisOptions, type FeatureExtractor, type SampleListener } from './analysis.ts';
export {
  ANALYSIS_VERSION,
  type AnalysisDocument,
  type AnalysisFeatures,
  NO_FEATURES,
  type NotJudged,
  type SetupOfConnection,
} from './analysis-document.ts';
export { analyzeEvents } from './analyze-events.ts';
export type { Chart, Unit } from './charts.ts';
export { conferenceCalls } from './conference/conference.ts';
export { conferenceSession, type SessionFacts } from './conference/conference-session.ts';
export {
  CONFERENCE_OBSERVATIONS,
  type ConferenceCall,
  type ConferenceNotJudged,
  type ConferenceObservation,
  type ConferenceObservationName,
  type ConferenceScope,
  type ConferenceSession,
} from './conference/contract.ts';
export { diffLines } from './diff-lines.ts';
export { CallSeries } from './digest/call-series.ts';
export { type DigestInput, type DigestOptions, MAX_DIGEST_TOKENS } from './digest/contract.ts';
export { digestOf } from './digest/digest.ts';
export { estimateTokens } from './digest/tokens.ts';
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
export type { IceSetup } from './ice-setup.ts';
export type { Marker } from './markers.ts';
export type { Definition } from './observations/detector.ts';
export {
  type Category,
  type Direction,
  isProblem,
  type Observation,
  type Scope,
  SEVERITIES,
  type Severity,
} from './observations/observation.ts';
export { countBySeverity } from './observations/observer.ts';
export { DETECTORS } from './observations/registry.ts';
export { Recording } from './recording.ts';
export { type RtcstatsComAnalysis, type RtcstatsComObservation, toRtcstatsCom } from './rtcstats-com.ts';
export type { Reason, ScoreName, Scores } from './scores/scores.ts';
export { type Description, sdpSections } from './sdp.ts';
export { SETUP_FAILURE_TEXTS, type SetupFailure } from './setup/connection-setup.ts';
export type * from './signals/samples.ts';
export { SignalReader } from './signals/signal-reader.ts';
export type { Lane, Mark } from './timeline.ts';
export {
  CALL_VERDICTS,
  type CallVerdict,
  callVerdict,
  failedDetectors,
  type JudgedCall,
  worstSeverity,
} from './verdict.ts';
export {
  type ConnectionSummary,
  type EventRow,
  RecordingView,
  type StatName,
  type Summary,
} from './view.ts';
