import type { Confusion } from './confusion.ts';
import { type LabelScore, total } from './score.ts';

const HEAD = [
  'label',
  'found',
  'missed',
  'wrong',
  'precision',
  'recall',
  'missed: reported instead',
  'wrong: in calls with',
];

/** Precision, recall and confusion of each label, and of all, in columns for a terminal. */
export function textTable(labels: readonly LabelScore[], rows: readonly Confusion[]): string {
  return [HEAD, ...cellsOf(labels, rows)]
    .map(([label, ...cells]) => `${label!.padEnd(24)}${cells.map((text) => text.padStart(11)).join('')}`)
    .join('\n');
}

/** The same as a table in Markdown. */
export function markdownTable(labels: readonly LabelScore[], rows: readonly Confusion[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = HEAD.map((_, index) => (index === 0 || index > 5 ? '---' : '---:'));
  return [HEAD, rule, ...cellsOf(labels, rows)].map(line).join('\n');
}

function cellsOf(labels: readonly LabelScore[], rows: readonly Confusion[]): string[][] {
  return [...labels, total(labels)].map(({ label, found, missed, wrong, precision, recall }) => {
    const row = rows.find((it) => it.label === label);
    const counts = [found, missed, wrong].map(String);
    return [label, ...counts, percent(precision), percent(recall), list(row?.instead), list(row?.wrongIn)];
  });
}

function list(counts: Readonly<Record<string, number>> = {}): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(1)} %`;
}
