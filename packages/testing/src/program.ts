import { join } from 'node:path';

/**
 * The program `rtcstats-server`: under Vitest a bundle of the sources (vitest.global-setup.ts), because it starts
 * faster; otherwise the sources.
 */
export const PROGRAM = process.env['BUNDLED_SERVER'] ?? join(import.meta.dirname, '../../server/src/main.ts');
