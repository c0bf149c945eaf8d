import { defineConfig, mergeConfig } from 'vitest/config';
import config from './vitest.config.ts';

/*
 * npm run test:whole: the tests that try only a part of their cases in `npm test`, which has to stay short, with all
 * of them.
 */
export default mergeConfig(
  config,
  defineConfig({ test: { env: { WHOLE_TESTS: 'true' }, testTimeout: 600_000, hookTimeout: 600_000 } }),
);
