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

it('sums up the receipts of sessions', () => {
  const summary = summarize([
    session('2026-11-22T10:00:00.000Z', 'stored', { ipAddresses: 3 }),
    session('2026-11-22T10:02:30.000Z', 'quarantined', { ipAddresses: 1, contact: 2 }),
    session('2026-11-22T10:03:00.000Z', 'recording'),
  ]);
  expect(summary).toMatchObject({
    sessions: 3,
    verified: 1,
    quarantined: 1,
    redactions: { ipAddresses: 4, contact: 2 },
    drift: { entries: [{ event: ':new', count: 6 }], more: 3 },
  });
  expect(summary.buckets.map(({ verified, quarantined }) => [verified, quarantined])).toEqual([
    [1, 0],
    [0, 0],
    [0, 1],
  ]);
});

it.each([
  ['2026-11-22T10:00:30.000Z', 1],
  ['2026-11-23T10:00:00.000Z', 25],
  ['2026-12-22T10:00:00.000Z', 31],
])('groups sessions that start up to %s into %i buckets', (last, count) => {
  const { buckets } = summarize([session('2026-11-22T10:00:00.000Z', 'stored'), session(last, 'stored')]);
  expect(buckets).toHaveLength(count);
});

it('has no buckets when no session was verified', () => {
  expect(summarize([]).buckets).toEqual([]);
});
