import type { ListedSession } from '@rtcstats-server/api';
import { expect, it } from 'vitest';
import { analysesOf, callsOf, fitsOneAxis, participantsOf, shownCalls, spanOf } from './calls.ts';

const START = Date.parse('2026-11-28T10:00:00.000Z');
const NOW = START + 3_600_000;

/** @param from seconds since the start; so is `to`, which is null while the session is recorded */
function session(id: string, from: number, to: number | null, user: string | null = null): ListedSession {
  const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();
  return { id, user, startedAt: at(from), endedAt: to === null ? null : at(to) } as ListedSession;
}

const ids = (calls: readonly { readonly sessions: readonly { readonly id: string }[] }[]): string[][] =>
  calls.map(({ sessions }) => sessions.map(({ id }) => id));

it('divides sessions into calls where everybody had left', () => {
  const sessions = [session('c', 100, 200), session('b', 50, 90), session('a', 0, 60), session('d', 200, 250)];
  const calls = callsOf(sessions, NOW);
  expect(ids(calls)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(calls[0]).toMatchObject({ id: 'a', from: START, to: START + 90_000 });
  expect(callsOf([], NOW)).toEqual([]);
});

it('takes a session that is recorded as one that ends now, whatever the clocks say', () => {
  expect(ids(callsOf([session('a', 0, null), session('b', 3000, 3100)], NOW))).toEqual([['a', 'b']]);
  expect(spanOf(session('late', 9000, null), NOW)).toEqual({ from: START + 9_000_000, to: START + 9_000_000 });
});

it('shows all calls if they fit on one axis, otherwise the last one or the chosen one', () => {
  const near = callsOf([session('a', 0, 10), session('b', 20, 30)], NOW);
  expect(shownCalls(near, undefined)).toEqual(near);
  const far = callsOf([session('a', 0, 10), session('b', 86_400, 86_410)], NOW);
  expect(ids(shownCalls(far, undefined))).toEqual([['b']]);
  expect(ids(shownCalls(far, 'a'))).toEqual([['a']]);
  expect(ids(shownCalls(far, 'all'))).toEqual([['a'], ['b']]);
  expect(ids(shownCalls(far, 'unknown'))).toEqual([['b']]);
  expect(fitsOneAxis([])).toBe(true);
});

it('joins the sessions of a user, in the order in which participants joined', () => {
  const calls = callsOf([session('a', 0, 10, 'anna'), session('b', 1, 9), session('c', 8, 20, 'anna')], NOW);
  expect(participantsOf(calls).map(({ name, sessions }) => [name, sessions.map(({ id }) => id)])).toEqual([
    ['anna', ['a', 'c']],
    ['b', ['b']],
  ]);
});

it('finds the analyses of the calls that are shown', () => {
  const calls = callsOf([session('a', 0, 10), session('b', 86_400, 86_410)], NOW);
  const analyzed = (id: string) => ({
    from: 0,
    to: 1,
    participants: 1,
    sessions: [id],
    clockUncertaintyMs: null,
    observations: [],
    notJudged: [],
  });
  const analysis = { analysisVersion: 1, calls: [analyzed('a'), analyzed('b')], missing: [], more: false };
  expect(analysesOf(calls.slice(1), analysis)).toEqual([analyzed('b')]);
});
