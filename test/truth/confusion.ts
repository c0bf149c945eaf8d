import type { Judged } from './score.ts';

/** What was confused with a label, each with the number of recordings. */
export interface Confusion {
  readonly label: string;
  /** Reported wrongly in recordings in which this label was missed. */
  readonly instead: Readonly<Record<string, number>>;
  /** Kinds of faults in whose recordings the label was reported wrongly; `none` is a healthy call. */
  readonly wrongIn: Readonly<Record<string, number>>;
}

/** The confusion of each label that was missed or reported wrongly anywhere. */
export function confusion(judged: readonly Judged[]): Confusion[] {
  const rows = new Map<string, { instead: Record<string, number>; wrongIn: Record<string, number> }>();
  const row = (label: string): { instead: Record<string, number>; wrongIn: Record<string, number> } => {
    const known = rows.get(label) ?? { instead: {}, wrongIn: {} };
    rows.set(label, known);
    return known;
  };
  for (const { wrong, missed, kind } of judged) {
    const wrongLabels = new Set(wrong.map(labelIn));
    for (const label of new Set(missed.map(labelIn))) {
      const { instead } = row(label);
      for (const other of wrongLabels) instead[other] = (instead[other] ?? 0) + 1;
      if (wrongLabels.size === 0) instead['nothing'] = (instead['nothing'] ?? 0) + 1;
    }
    for (const label of wrongLabels) {
      const { wrongIn } = row(label);
      wrongIn[kind] = (wrongIn[kind] ?? 0) + 1;
    }
  }
  return Array.from(rows, ([label, counts]) => ({ label, ...counts })).toSorted((x, y) =>
    x.label.localeCompare(y.label),
  );
}

/** The label of a text such as `packet-loss in`. */
function labelIn(text: string): string {
  return text.split(' ')[0]!;
}
