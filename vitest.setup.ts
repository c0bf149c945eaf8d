import fc from 'fast-check';
import { vi } from 'vitest';

// The same cases in every run, so that a red test is the change's own. FC_SEED=N looks for others.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_261_122) });

// A second, Vitest's default, is no sign of a fault on a machine that is busy with other tests.
const { waitUntil } = vi;
vi.waitUntil = (check, options = {}) =>
  waitUntil(check, typeof options === 'number' ? options : { timeout: 15_000, ...options });
