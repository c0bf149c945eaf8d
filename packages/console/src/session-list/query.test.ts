import { expect, it } from 'vitest';
import { fieldTime, readQuery, takeTerm, withFilter, withFilters } from './query.ts';

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
  [
    '?country=DE&os=Chrome+OS&network=wifi&route=relay',
    { country: 'DE', os: 'Chrome OS', network: 'wifi', route: 'relay' },
  ],
  ['?network=unknown&route=other&os=&country=+', {}],
  ['?minScore=60&maxScore=79', { minScore: 60, maxScore: 79 }],
  ['?minScore=101&maxScore=-1', {}],
  ['?minScore=1e1&maxScore=5.5', {}],
  ['?verdict=fine&severity=worst&sort=length', {}],
  ['?state=lost&period=age&from=yesterday&search=%20', {}],
])('reads the query %s as %j', (search, expected) => {
  expect(readQuery(search, now)).toEqual(expected);
});

it('changes one filter of a URL', () => {
  expect(withFilter('?state=stored', 'search', 'a b')).toBe('/sessions?state=stored&search=a+b');
  expect(withFilter('?state=stored', 'state', '')).toBe('/sessions');
  expect(withFilters('?from=a&to=b', { from: '', to: '', period: 'day' })).toBe('/sessions?period=day');
});

it.each([
  ['?search=anna%40example.org&state=stored', { to: '/sessions?state=stored', term: 'anna@example.org' }],
  ['?user=anna&conference=standup', { to: '/sessions', term: 'anna' }],
  ['?user=+&conference=standup', { to: '/sessions', term: 'standup' }],
  ['?user=', { to: '/sessions', term: '' }],
  ['?state=stored', undefined],
])('takes the names out of the link %s', (search, expected) => {
  expect(takeTerm(search)).toEqual(expected);
});

it('writes a time for a field in local time, whatever its zone', () => {
  const local = new Date(2026, 10, 2, 3, 4);
  expect(fieldTime(local.toISOString())).toBe('2026-11-02T03:04');
  expect(fieldTime('2026-11-02T03:04')).toBe('2026-11-02T03:04');
  expect(fieldTime('yesterday')).toBe('');
  expect(fieldTime(null)).toBe('');
});
