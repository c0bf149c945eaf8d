import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['./vitest.global-setup.ts'],
    setupFiles: ['./vitest.setup.ts'],
    // Vitest leaves one core to itself, which on two cores means one file at a time, although many tests wait for a
    // process or a browser.
    maxWorkers: '100%',
    // These end tests that hang. On a busy machine the start of a gateway or of a browser alone can take 30 s.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // For the same reason as in vitest.setup.ts.
    expect: { poll: { timeout: 60_000 } },
  },
});
