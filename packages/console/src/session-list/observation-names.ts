import { DETECTORS } from '@rtcstats-server/insights';

/** Names of all observations, in alphabetical order. */
export const OBSERVATION_NAMES: readonly string[] = DETECTORS.map(({ definition }) => definition.name).sort();
