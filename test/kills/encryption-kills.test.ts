import { expect, it } from 'vitest';
import { encryptionKills } from './encryption-kills.ts';

// `npm run kills:encryption` does 50 rounds.
it('loses no dump and no key to a SIGKILL while dumps are encrypted', async () => {
  const { sessions, interrupted, faults } = await encryptionKills({ rounds: 3, seed: 20_261_128 });
  expect(faults).toEqual([]);
  expect(sessions).toBe(36);
  expect(interrupted).toBeGreaterThan(0);
}, 60_000);
