import type { Observation } from './observations/observation.ts';
import type { Scores } from './scores/scores.ts';
import type { ConnectionSetup } from './setup/connection-setup.ts';

/**
 * The version of the analysis. Raise it with every change that gives other results for the same dump, so that stored
 * results can be told from new ones.
 */
export const ANALYSIS_VERSION = 1;

/** Features as named in the database of rtcstats; empty if they were not computed. */
export interface AnalysisFeatures {
  readonly client: Readonly<Record<string, unknown>>;
  readonly connections: readonly { readonly id: string }[];
  readonly tracks: readonly { readonly connection: string; readonly id: string }[];
}

export const NO_FEATURES: AnalysisFeatures = { client: {}, connections: [], tracks: [] };

/** Something that could not be judged. */
export interface NotJudged {
  /** An observation, a score, or a part of the recording. */
  readonly what: string;
  /** A sentence without a full stop. */
  readonly why: string;
}

/** How `NotJudged.why` begins if `what` is a detector that failed. */
export const DETECTOR_FAILED = 'its detector failed';

/** The setup of a connection with its id. */
export type SetupOfConnection = ConnectionSetup & { readonly id: string };

/** The result of an analysis, the same wherever it is made. Times are in milliseconds since the epoch. */
export interface AnalysisDocument {
  readonly analysisVersion: number;
  readonly scores: Scores;
  readonly observations: readonly Observation[];
  readonly features: AnalysisFeatures;
  readonly setup: readonly SetupOfConnection[];
  readonly notJudged: readonly NotJudged[];
}
