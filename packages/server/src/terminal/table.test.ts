import { expect, it } from 'vitest';
import { type Column, fittedTable, table } from './table.ts';

it('lines columns up, without control characters', () => {
  expect(
    table(
      ['ID', 'STATE'],
      [
        ['1234', 'stored'],
        ['5', 'x\u001b'],
      ],
    ).split('\n'),
  ).toEqual(['ID    STATE', '1234  stored', '5     x\ufffd']);
});

const columns: Column[] = [
  { heading: 'ID', rank: 0 },
  { heading: 'USER', rank: 1 },
  { heading: 'SIZE', rank: 2, align: 'right' },
];
const rows = [['first', 'alice', '1 kB']];

it.each([
  [18, 'ID     USER   SIZE\nfirst  alice  1 kB', []],
  [17, 'ID     USER\nfirst  alice', ['SIZE']],
  [11, 'ID\nfirst', ['USER', 'SIZE']],
  [1, 'ID\nfirst', ['USER', 'SIZE']],
])('leaves out the least important columns in %i', (width, text, omitted) => {
  expect(fittedTable(columns, rows, width)).toEqual({ text, omitted });
});
