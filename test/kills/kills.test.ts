import { expect, it } from 'vitest';
import { kills } from './kills.ts';

// 50 of them: npm run kills.
it.each([
  ['one process', '1', 6],
  ['a primary and two workers', '2', 3],
])(
  'loses nothing when %s is killed again and again',
  async (_, processes, rounds) => {
    const report = await kills({ rounds, seed: 20_261_122, environment: { RTCSTATS_SERVER_PROCESSES: processes } });
    expect(report.faults).toEqual([]);
    expect(report.dumps).toBeGreaterThan(rounds);
  },
  180_000,
);
