import { expect, it } from 'vitest';
import { killErasures } from './subjects/kills.ts';

// `npm run kills:erasure` does 50 rounds.
it('ends an erasure that a SIGKILL interrupted, and touches nothing else', async () => {
  const { begun, faults } = await killErasures({ rounds: 3, seed: 20_261_128 });
  expect(faults).toEqual([]);
  expect(begun).toBeGreaterThan(0);
}, 300_000);
