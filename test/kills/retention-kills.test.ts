import { expect, it } from 'vitest';
import { retentionKills } from './retention-kills.ts';

// `npm run kills:retention` does 50 rounds.
it('ends what retention and removals had begun when it was killed, and touches nothing else', async () => {
  const report = await retentionKills({ rounds: process.env['WHOLE_TESTS'] === 'true' ? 3 : 2, seed: 20_261_128 });
  expect(report.faults).toEqual([]);
  expect(report.interrupted).toBeGreaterThan(0);
}, 300_000);
