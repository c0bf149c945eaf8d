import { expect, it } from 'vitest';
import { cureKills } from './cure-kills.ts';

// `npm run kills:cure` does 50 rounds.
it('leaves the old or the new dump whole when reanonymize is killed, and the next run reports everything', async () => {
  const { interrupted, faults } = await cureKills({
    rounds: process.env['WHOLE_TESTS'] === 'true' ? 3 : 2,
    seed: 20_261_128,
  });
  expect(faults).toEqual([]);
  expect(interrupted).toBeGreaterThan(0);
}, 300_000);
