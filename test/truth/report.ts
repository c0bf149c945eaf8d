import { confusion } from './confusion.ts';
import type { AnalyzedRecording } from './recordings.ts';
import { type Judged, judge, scoreLabels, total } from './score.ts';
import { markdownTable, textTable } from './table.ts';

export interface ReportOptions {
  readonly form: 'text' | 'json' | 'markdown';
  /** Counts calls for which the machine was too busy, too. */
  readonly overloaded: boolean;
  /** Adds every wrong and missing observation. */
  readonly verbose: boolean;
}

/** Judges recordings and describes the result. Recordings of calls for which the machine was too busy do not count. */
export function report(recordings: readonly AnalyzedRecording[], { form, verbose, overloaded }: ReportOptions): string {
  const judged = recordings
    .filter(({ label }) => overloaded || label.overloaded !== true)
    .map(({ label, analysis }) => judge(label, analysis));
  const left = recordings.length - judged.length;
  const labels = scoreLabels(judged);
  const healthy = judged.filter(({ isHealthy }) => isHealthy);
  const problems = healthy.flatMap(({ name, problems: found }) => found.map((problem) => `${name}: ${problem}`));
  const rows = confusion(judged);
  if (form === 'json') {
    const counts = { recordings: judged.length, healthy: healthy.length, overloaded: left };
    return JSON.stringify({ ...counts, labels, total: total(labels), confusion: rows, healthyProblems: problems });
  }
  return [
    form === 'markdown' ? markdownTable(labels, rows) : textTable(labels, rows),
    '',
    `${judged.length} recordings, ${healthy.length} of them healthy${left === 0 ? '' : `; ${left} more do not count, because the machine was overloaded`}.`,
    `Problems of severity medium or higher on healthy ones: ${problems.length}`,
    ...problems.map((problem) => `  ${problem}`),
    ...(verbose ? judged.flatMap(faultsOf) : []),
  ].join('\n');
}

function faultsOf({ name, wrong, missed, misplaced }: Judged): string[] {
  return [
    ...wrong.map((text) => `wrong      ${name}  ${text}`),
    ...missed.map((text) => `missed     ${name}  ${text}`),
    ...misplaced.map((text) => `misplaced  ${name}  ${text}`),
  ];
}
