import type { Session } from '@rtcstats-server/api';
import { expect, it } from 'vitest';
import { summarize } from './recent.ts';

function session(startedAt: string, state: Session['state'], redactions: Record<string, number> = {}): Session {
  const receipt = {
    redactions,
    dropped: {},
    drift: { entries: [{ event: ':new', path: '', type: 'object', count: 2 }], more: 1 },
  };
  return { startedAt, state, receipt } as unknown as Session;
}

it('adds the receipts of sessions up', () => {
  const summary = summarize([
    session('2026-11-22T10:00:00.000Z', 'stored', { ipAddresses: 3 }),
    session('2026-11-22T10:02:30.000Z', 'quarantined', { ipAddresses: 1, contact: 2 }),
    session('2026-11-22T10:03:00.000Z', 'recording'),
  ]);
  expect(summary).toMatchObject({
    sessions: 3,
    clean: 1,
    quarantined: 1,
    redactions: { ipAddresses: 4, contact: 2 },
    drift: { entries: [{ event: ':new', count: 6 }], more: 3 },
  });
  expect(summary.slots.map(({ clean, quarantined }) => [clean, quarantined])).toEqual([
    [1, 0],
    [0, 0],
    [0, 1],
  ]);
});

it.each([
  ['2026-11-22T10:00:30.000Z', 1],
  ['2026-11-23T10:00:00.000Z', 25],
  ['2026-12-22T10:00:00.000Z', 31],
])('shows what came until %s in %i bars', (until, bars) => {
  const { slots } = summarize([session('2026-11-22T10:00:00.000Z', 'stored'), session(until, 'stored')]);
  expect(slots).toHaveLength(bars);
});

it('has no bars where nothing was verified', () => {
  expect(summarize([]).slots).toEqual([]);
});
