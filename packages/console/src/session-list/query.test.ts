import { expect, it } from 'vitest';
import { readQuery, withFilter } from './query.ts';

const now = Date.parse('2026-11-22T12:00:00.000Z');

it.each([
  ['', {}],
  ['?search=anna%40example.org&state=stored', { search: 'anna@example.org', state: 'stored' }],
  ['?period=day', { from: '2026-11-21T12:00:00.000Z' }],
  [
    '?from=2026-11-01T00:00Z&period=hour&to=2026-11-02T00:00Z',
    { from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' },
  ],
  [
    '?verdict=bad&observation=packet-loss&severity=high&sort=score',
    { verdict: 'bad', observation: 'packet-loss', severity: 'high', sort: 'score' },
  ],
  [`?observation=${'x'.repeat(65)}`, { observation: 'x'.repeat(64) }],
  ['?verdict=fine&severity=worst&sort=length', {}],
  ['?state=lost&period=age&from=yesterday&search=%20', {}],
])('reads the query %s as %j', (search, expected) => {
  expect(readQuery(search, now)).toEqual(expected);
});

it('changes one filter of a URL', () => {
  expect(withFilter('?state=stored', 'search', 'a b')).toBe('/?state=stored&search=a+b');
  expect(withFilter('?state=stored', 'state', '')).toBe('/');
});
