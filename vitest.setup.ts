import fc from 'fast-check';
import { vi } from 'vitest';

// Use the same cases in every run, so that a failure is caused by the change under test. Set FC_SEED=N to try other cases.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_261_122) });

// Vitest's default timeout of one second is too short on a machine that is busy with other tests.
const { waitFor, waitUntil } = vi;
vi.waitFor = (check, options = {}) =>
  waitFor(check, typeof options === 'number' ? options : { timeout: 60_000, ...options });
vi.waitUntil = (check, options = {}) =>
  waitUntil(check, typeof options === 'number' ? options : { timeout: 60_000, ...options });
