import { join } from 'node:path';

/**
 * The program `rtcstats-server`: a bundle of the sources under Vitest (vitest.global-setup.ts), because it starts in half
 * the time; otherwise the sources.
 */
export const PROGRAM = process.env['BUNDLED_SERVER'] ?? join(import.meta.dirname, '../../server/src/main.ts');
