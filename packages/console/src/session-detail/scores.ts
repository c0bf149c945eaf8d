/** A score that rtcstats.com gave a session (`forward.mode: enrich`). */
export interface Score {
  /** Such as `experienceScore`. */
  readonly name: string;
  readonly value: number;
}

const MAX_DEPTH = 5;

/**
 * The scores of an analysis. Its format is the target's and may change, so everything with a number under a property
 * `scores` counts, wherever that is.
 */
export function scoresOf(analysis: unknown): Score[] {
  const found = new Map<string, number>();
  search(analysis, 0, found);
  return [...found].map(([name, value]) => ({ name, value }));
}

function search(value: unknown, depth: number, found: Map<string, number>): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  for (const [key, child] of Object.entries(value)) {
    if (key === 'scores') collect(child, '', depth, found);
    else search(child, depth + 1, found);
  }
}

function collect(value: unknown, name: string, depth: number, found: Map<string, number>): void {
  if (typeof value === 'number' && name !== '') found.set(name, value);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  for (const [key, child] of Object.entries(value))
    collect(child, name === '' ? key : `${name}.${key}`, depth + 1, found);
}
