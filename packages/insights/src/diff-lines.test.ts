import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diffLines } from './diff-lines.ts';

const text =
  (kind: string) =>
  (line: { kind: string; text: string }): string[] =>
    line.kind === kind ? [line.text] : [];

it.each([
  [['a', 'b', 'c'], ['a', 'b', 'c'], '  a|  b|  c'],
  [['a', 'b', 'c'], ['a', 'x', 'c'], '  a|- b|+ x|  c'],
  [['a', 'b'], ['b', 'c'], '- a|  b|+ c'],
  [[], ['a'], '+ a'],
  [['a'], [], '- a'],
])('compares %j and %j', (before, after, expected) => {
  const sign = { same: '  ', added: '+ ', removed: '- ' };
  expect(
    diffLines(before, after)
      .map(({ kind, text: line }) => sign[kind] + line)
      .join('|'),
  ).toBe(expected);
});

it('gives both sides back', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = diffLines(before, after);
      expect(diff.flatMap((line) => [...text('same')(line), ...text('removed')(line)])).toEqual(before);
      expect(diff.flatMap((line) => [...text('same')(line), ...text('added')(line)])).toEqual(after);
    }),
  );
});

it('keeps as many lines as any comparison can', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const kept = diffLines(before, after).filter(({ kind }) => kind === 'same').length;
      expect(kept).toBe(longestCommon(before, after));
    }),
  );
});

it('finds the one change in texts of any length', () => {
  const before = Array.from({ length: 50_000 }, (_, index) => `line ${index}`);
  const after = before.with(25_000, 'changed');
  const changes = diffLines(before, after).filter(({ kind }) => kind !== 'same');
  expect(changes).toEqual([
    { kind: 'removed', text: 'line 25000' },
    { kind: 'added', text: 'changed' },
  ]);
});

it('does not search for what two large texts have in common when that takes too many steps', () => {
  const before = Array.from({ length: 20_000 }, (_, index) => `a${index}`);
  const after = before.flatMap((line, index) => (index % 100 === 0 ? [line] : [`b${index}`]));
  const diff = diffLines(before, after);
  expect(diff.map(({ kind }) => kind)).toEqual([...before.map(() => 'removed'), ...after.map(() => 'added')]);
});

/** The length of the longest common subsequence, by definition. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  if (a[0] === b[0]) return 1 + longestCommon(a.slice(1), b.slice(1));
  return Math.max(longestCommon(a.slice(1), b), longestCommon(a, b.slice(1)));
}
