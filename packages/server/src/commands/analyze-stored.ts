import type { Readable } from 'node:stream';
import { DumpError, openEvents } from '@rtcstats-server/dump';
import { analyzeEvents, CALL_VERDICTS, type CallVerdict, FeatureAccumulator } from '@rtcstats-server/insights';
import type { AnalysisRow } from '../catalog/analyses.ts';
import { analysisRow, failedAnalysis } from '../catalog/analysis-results.ts';
import type { Config } from '../config/config.ts';
import { isGatewayError } from '../errors/gateway-error.ts';
import { showSteps } from '../terminal/progress.ts';
import { note, print, printJson } from '../terminal/terminal.ts';
import type { ExitCode } from './command.ts';
import { withStoredSessions } from './stored-sessions.ts';

export interface AnalyzeStoredOptions {
  /** ISO 8601. */
  readonly since?: string;
  readonly json: boolean;
}

/** The sums of a run, as `--json` prints them. */
interface Report {
  analyzed: number;
  /** Of these, calls with an observation of severity medium or higher. */
  withProblems: number;
  readonly verdicts: Record<CallVerdict, number>;
  /** Dumps that could not be analyzed; the next run tries them again. */
  readonly failed: string[];
  /** Sessions whose dump is not in the storage. */
  readonly withoutDump: string[];
}

/** `analyze --stored`: analyzes the stored dumps that have no up-to-date analysis. */
export async function analyzeStored(config: Config, { since, json }: AnalyzeStoredOptions): Promise<ExitCode> {
  const verdicts = Object.fromEntries(CALL_VERDICTS.map((verdict) => [verdict, 0])) as Record<CallVerdict, number>;
  const report: Report = { analyzed: 0, withProblems: 0, verdicts, failed: [], withoutDump: [] };
  const steps = showSteps('Analyzing');
  try {
    await withStoredSessions(config, async (sessions) => {
      for await (const done of sessions.reanalyze(analyzeDump, since)) {
        if (done.outcome === 'noDump') report.withoutDump.push(done.id);
        else if (done.outcome === 'analyzed') add(report, done.id, done.analysis);
        steps.show(`${report.analyzed} calls`);
      }
    });
  } finally {
    steps.end();
  }
  if (json) printJson(report);
  else printReport(report);
  if (report.withProblems > 0) return 1;
  return report.failed.length > 0 || report.withoutDump.length > 0 ? 2 : 0;
}

/** Rejects only if the dump cannot be fetched; an error of the analysis is a result. */
async function analyzeDump(dump: Readable): Promise<AnalysisRow> {
  const now = new Date().toISOString();
  try {
    const reader = await openEvents(dump, { badLines: 'skip' });
    return analysisRow(await analyzeEvents(reader, FeatureAccumulator.of(reader)), now);
  } catch (error) {
    if (isGatewayError(error)) throw error;
    return failedAnalysis(error instanceof DumpError ? 'unreadable' : 'failed', now);
  } finally {
    dump.destroy();
  }
}

function add(report: Report, id: string, { failure, verdict, problems }: AnalysisRow): void {
  if (failure !== null) {
    report.failed.push(id);
    return;
  }
  report.analyzed += 1;
  report.verdicts[verdict] += 1;
  if (problems.length > 0) report.withProblems += 1;
}

function printReport({ analyzed, withProblems, verdicts, failed, withoutDump }: Report): void {
  for (const id of failed) note(`not analyzed: the dump of ${id} is damaged, or the analysis failed on it`);
  for (const id of withoutDump) note(`not analyzed: the dump of ${id} is not in the storage`);
  if (analyzed + failed.length + withoutDump.length === 0) {
    print('All stored calls have an up-to-date analysis.');
    return;
  }
  const counts = CALL_VERDICTS.filter((verdict) => verdicts[verdict] > 0).map(
    (verdict) => `${verdict} ${verdicts[verdict]}`,
  );
  print(`Calls analyzed: ${analyzed}; with problems ${withProblems}${counts.map((text) => `; ${text}`).join('')}`);
}
