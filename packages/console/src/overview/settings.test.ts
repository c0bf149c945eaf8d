import { expect, it } from 'vitest';
import { listPath, overviewPath, queryOf, readSettings, type Settings } from './settings.ts';

const now = Date.parse('2026-11-28T10:40:00.000Z');
const WEEK: Settings = { range: 'week', since: '', until: '', by: 'browser', compares: true };
const custom = (since: string, until: string): Settings => ({ ...WEEK, range: 'custom', since, until });

it.each([
  ['', WEEK],
  ['?range=month&by=score&compare=none', { ...WEEK, range: 'month', by: 'score', compares: false }],
  ['?range=custom&since=2026-11-01&until=2026-11-05', custom('2026-11-01', '2026-11-05')],
])('reads the settings in the URL %s, and writes the same', (search, settings) => {
  expect(readSettings(search)).toEqual(settings);
  expect(overviewPath(settings as Settings)).toBe(`/${search}`);
});

it.each(['?range=age', '?by=shoe', '?since=2026-11-01', '?range=week&until=x'])(
  'ignores what is wrong in %s',
  (search) => {
    expect(readSettings(search)).toEqual(WEEK);
  },
);

it('ignores days that are not days', () => {
  expect(readSettings('?range=custom&since=2026-13-01&until=today')).toEqual(custom('', ''));
});

it.each([
  ['day', '2026-11-27T11:00:00.000Z'],
  ['week', '2026-11-22T00:00:00.000Z'],
  ['month', '2026-10-30T00:00:00.000Z'],
  ['quarter', '2026-08-31T00:00:00.000Z'],
] as const)('asks for the whole hours or days of the range %s, with the current one', (range, from) => {
  expect(queryOf({ ...WEEK, range }, now)).toEqual({ from, to: '2026-11-28T10:40:00.000Z', compare: 'previous' });
});

it('asks for the days of a custom range, both included', () => {
  expect(queryOf({ ...custom('2026-11-01', '2026-11-01'), compares: false }, now)).toEqual({
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-02T00:00:00.000Z',
    compare: 'none',
  });
  expect(queryOf(custom('2026-11-01', ''), now)).toMatchObject({ to: '2026-11-28T10:40:00.000Z' });
});

it.each([
  ['', '2026-11-02', 'Choose the first day of the range.'],
  ['2026-11-03', '2026-11-02', 'The first day is after the last one.'],
  ['2026-12-24', '', 'The first day is after the last one.'],
  ['2020-01-01', '2026-11-02', 'A range has at most 400 days.'],
])('does not ask for the range from %j to %j', (since, until, why) => {
  expect(queryOf(custom(since, until), now)).toBe(why);
});

it.each([
  ['?user=anna', '/sessions?user=anna'],
  ['?state=stored&period=day', '/sessions?state=stored&period=day'],
  ['?range=month&by=os', undefined],
  ['', undefined],
])('leads a link of an earlier version to the list: %s', (search, to) => {
  expect(listPath(search)).toBe(to);
});
