import { expect, it } from 'vitest';
import { readAuditQuery, withAuditFilters } from './query.ts';

const now = Date.parse('2026-11-22T12:00:00.000Z');

it.each([
  ['', {}],
  ['?action=dump.read&outcome=refused&actor=anna', { action: 'dump.read', outcome: 'refused', actor: 'anna' }],
  ['?period=day', { since: '2026-11-21T12:00:00.000Z' }],
  ['?period=day&since=2026-11-01T00:00Z', { since: '2026-11-01T00:00:00.000Z' }],
  ['?action=dump.eat&outcome=fine&actor=%20&period=age&since=yesterday', {}],
])('reads the query %s as %j', (search, expected) => {
  expect(readAuditQuery(search, now)).toEqual(expected);
});

it('changes filters of a URL', () => {
  expect(withAuditFilters('?action=dump.read', { actor: 'command:root' })).toBe(
    '/audit?action=dump.read&actor=command%3Aroot',
  );
  expect(withAuditFilters('?action=dump.read', { action: '' })).toBe('/audit');
});
