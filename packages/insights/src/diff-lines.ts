import { diffArrays } from 'diff';

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/**
 * Bounds the comparison: it takes about as many steps as there are lines, times the number of differences (Myers, "An
 * O(ND) Difference Algorithm", 1986).
 */
const MAX_STEPS = 8_000_000;

/**
 * Compares two texts line by line and keeps the longest common subsequence; of a changed line, the removed text
 * precedes the added one. Texts that are large and very different are shown as removed and added as a whole, because
 * comparing them would block the page.
 */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  const maxEditLength = Math.floor(MAX_STEPS / Math.max(1, before.length + after.length));
  const changes = diffArrays([...before], [...after], { maxEditLength });
  if (changes === undefined) return [...marked('removed', before), ...marked('added', after)];
  return changes.flatMap(({ value, added, removed }) => marked(added ? 'added' : removed ? 'removed' : 'same', value));
}

function marked(kind: DiffLine['kind'], lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ kind, text }));
}
