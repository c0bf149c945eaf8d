import { expect, it } from 'vitest';
import { kills } from './kills.ts';

const isWhole = process.env['WHOLE_TESTS'] === 'true';

// `npm run kills` does 50 rounds.
it.each([
  ['one process', '1', isWhole ? 6 : 4],
  ['a primary and two workers', '2', isWhole ? 3 : 2],
])(
  'loses no message that was received at least one flush interval before a SIGKILL, with %s',
  async (_, processes, rounds) => {
    const report = await kills({ rounds, seed: 20_261_122, environment: { RTCSTATS_SERVER_PROCESSES: processes } });
    expect(report.faults).toEqual([]);
    expect(report.dumps).toBeGreaterThan(rounds);
  },
  300_000,
);
