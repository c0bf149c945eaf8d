import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['./vitest.global-setup.ts'],
    setupFiles: ['./vitest.setup.ts'],
    // Vitest leaves one core to itself, which on two cores means one file at a time, although many tests wait for a
    // process or a browser.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // For the same reason as in vitest.setup.ts.
    expect: { poll: { timeout: 15_000 } },
  },
});
