import { isWorse } from '@rtcstats-server/insights/verdict';
import type { AnalysisRow, AnalysisSummary, ObservationRow, Problem, StoredAnalysis } from './analyses.ts';
import { type CountedSession, contributionText } from './contribution.ts';
import { toText } from './rows.ts';
import type { AnalysesTable, ObservationsTable, ObservedTable } from './schema.ts';

/** Converts an analysis to a row of the table. */
export function toAnalysesTable(sessionId: string, session: CountedSession, row: AnalysisRow): AnalysesTable {
  return {
    session_id: toText(sessionId),
    started_at: session.started_at,
    analysis_version: row.analysisVersion,
    analyzed_at: row.analyzedAt,
    verdict: row.verdict,
    experience: row.experience === null ? null : Math.round(row.experience),
    audio: row.audio,
    video: row.video,
    connectivity: row.connectivity,
    severity: row.severity,
    problems: JSON.stringify(row.problems),
    failure: row.failure,
    document: row.document,
    contribution: contributionText(session, row),
    part: null,
  };
}

export function toObservationsTable(sessionId: string, row: ObservationRow, position: number): ObservationsTable {
  return {
    session_id: toText(sessionId),
    position,
    name: row.name,
    severity: row.severity,
    category: row.category,
    scope_type: row.scopeType,
    connection: toText(row.connection),
    track: toText(row.track),
    direction: row.direction,
    from_time: toInteger(row.from),
    to_time: toInteger(row.to),
  };
}

/** The rows of the names that were observed in a session. */
export function toObservedTable(
  sessionId: string,
  startedAt: string,
  observations: readonly ObservationRow[],
): ObservedTable[] {
  return observedNames(observations).map(({ name, severity }) => ({
    session_id: toText(sessionId),
    name,
    severity,
    started_at: startedAt,
  }));
}

/** Each name once, with its highest severity. */
export function observedNames(observations: readonly Problem[]): Problem[] {
  const names = new Map<string, Problem>();
  for (const { name, severity } of observations) {
    const known = names.get(name);
    if (known === undefined || isWorse(severity, known.severity)) names.set(name, { name, severity });
  }
  return Array.from(names.values());
}

/**
 * Clients send any number as a time. One that is no integer of the database would fail the statement, and with it all
 * other rows of the batch.
 */
function toInteger(time: number): number {
  const limit = Number.MAX_SAFE_INTEGER;
  return Number.isNaN(time) ? 0 : Math.round(Math.min(limit, Math.max(-limit, time)));
}

export function summaryFromTable(
  row: Omit<AnalysesTable, 'session_id' | 'started_at' | 'analyzed_at' | 'document' | 'contribution' | 'part'>,
): AnalysisSummary {
  return {
    analysisVersion: row.analysis_version,
    verdict: row.verdict as AnalysisSummary['verdict'],
    experience: row.experience,
    audio: row.audio,
    video: row.video,
    connectivity: row.connectivity,
    severity: row.severity as AnalysisSummary['severity'],
    problems: JSON.parse(row.problems) as AnalysisSummary['problems'],
    failure: row.failure as AnalysisSummary['failure'],
  };
}

export function analysisFromTable(row: AnalysesTable): StoredAnalysis {
  return { ...summaryFromTable(row), analyzedAt: row.analyzed_at, document: row.document };
}
