import type { AnalysisFailure } from '@rtcstats-server/api/states';
import type { AnalysisDocument, Observation } from '@rtcstats-server/insights';
import {
  ANALYSIS_VERSION,
  callSetupFailure,
  callVerdict,
  failedDetectors,
  isProblem,
  SEVERITIES,
  worstSeverity,
} from '@rtcstats-server/insights/verdict';
import type { AnalysisRow, ObservationRow, Problem } from './analyses.ts';
import { observedNames } from './analysis-rows.ts';
import { callProperties, NO_PROPERTIES } from './call-properties.ts';

/**
 * Longer documents, in UTF-16 code units, are not stored but computed again when they are asked for. Those of calls
 * have some thousand; only a dump with hundreds of connections has more.
 */
export const MAX_DOCUMENT_LENGTH = 1024 * 1024;

/** The row of an analysis. */
export function analysisRow(document: AnalysisDocument, analyzedAt: string): AnalysisRow {
  const { analysisVersion, scores, observations } = document;
  const text = JSON.stringify(document);
  return {
    analysisVersion,
    analyzedAt,
    verdict: callVerdict(document),
    experience: scores.experience,
    audio: scores.audio,
    video: scores.video,
    connectivity: scores.connectivity,
    severity: worstSeverity(observations) ?? null,
    problems: problemsOf(observations),
    observations: observations.map(observationRow),
    failedDetectors: failedDetectors(document),
    call: callProperties(document),
    setupFailure: callSetupFailure(document) ?? null,
    document: text.length <= MAX_DOCUMENT_LENGTH ? text : null,
    failure: null,
  };
}

/** The row of a dump that could not be analyzed. */
export function failedAnalysis(failure: AnalysisFailure, analyzedAt: string): AnalysisRow {
  return {
    analysisVersion: ANALYSIS_VERSION,
    analyzedAt,
    verdict: 'notJudged',
    experience: null,
    audio: null,
    video: null,
    connectivity: null,
    severity: null,
    problems: [],
    observations: [],
    failedDetectors: [],
    call: NO_PROPERTIES,
    setupFailure: null,
    document: null,
    failure,
  };
}

function problemsOf(observations: readonly Observation[]): Problem[] {
  const problems = observedNames(observations).filter(isProblem);
  return problems.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

function observationRow({ name, severity, category, scope, direction, from, to }: Observation): ObservationRow {
  return {
    name,
    severity,
    category,
    scopeType: scope.type,
    connection: scope.type === 'client' ? null : (scope.connection ?? null),
    track: scope.type === 'track' ? scope.track : null,
    direction,
    from,
    to,
  };
}
