import { type LabelScore, total } from './score.ts';

/** Prints precision and recall of each label, and of all. */
export function printTable(labels: readonly LabelScore[]): void {
  console.log(`${'label'.padEnd(26)}${['found', 'missed', 'wrong', 'precision', 'recall'].map(cell).join('')}`);
  for (const score of [...labels, total(labels)]) {
    const cells = [
      String(score.found),
      String(score.missed),
      String(score.wrong),
      percent(score.precision),
      percent(score.recall),
    ];
    console.log(`${score.label.padEnd(26)}${cells.map(cell).join('')}`);
  }
}

function cell(text: string): string {
  return text.padStart(11);
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(1)} %`;
}
