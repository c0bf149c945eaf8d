import { expect, it } from 'vitest';
import { readQuery } from '../session-list/query.ts';
import { drillDown, sessionsPath } from './drill-down.ts';

const range = { from: '2026-11-21T00:00:00.000Z', to: '2026-11-28T00:00:00.000Z' };

it.each([
  ['browser', 'Chrome 156', { browser: 'Chrome' }],
  ['origin', 'https://meet.example.com', { origin: 'https://meet.example.com' }],
  ['os', 'Windows', { os: 'Windows' }],
  ['country', 'DE', { country: 'DE' }],
  ['network', 'wifi', { network: 'wifi' }],
  ['route', 'relay', { route: 'relay' }],
  ['observation', 'packet-loss', { observation: 'packet-loss', severity: 'medium' }],
  ['score', '60-79', { minScore: 60, maxScore: 79 }],
] as const)('lists the sessions of the %s %s, the worst first', (by, value, filters) => {
  const link = drillDown(by, value, range)!;
  expect(link.to).toMatch(/^\/sessions\?/);
  expect(readQuery(link.to.slice('/sessions'.length), 0)).toEqual({ ...filters, ...range, sort: 'score' });
});

it.each([
  ['browser', 'Samsung Internet 28'],
  ['browser', 'unknown'],
  ['origin', 'other'],
  ['score', 'unknown'],
  ['country', 'unknown'],
  ['network', 'unknown'],
  ['route', 'other'],
] as const)('has no link for the %s %s, because the list has no filter for it', (by, value) => {
  expect(drillDown(by, value, range)).toBeUndefined();
});

it('says that a browser is listed with all of its versions', () => {
  expect(drillDown('browser', 'Firefox 153', range)?.what).toBe('all Firefox versions');
});

it('lists all sessions of a range', () => {
  expect(readQuery(sessionsPath(range).slice('/sessions'.length), 0)).toEqual(range);
});
