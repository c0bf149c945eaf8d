import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasChromium } from '@rtcstats-server/testing/browser';
import { expect, it, onTestFinished } from 'vitest';
import type { Scenario } from './calls/contract.ts';
import { recordCalls } from './live.ts';
import { readTruth } from './recordings.ts';
import { judge } from './score.ts';

/** The calls take 15 s; starting four browsers takes long on a busy machine. */
const TIMEOUT_MS = 300_000;
const LOSS_FROM = 3;
const LOSS_TO = 11;

/** Shorter than the scenarios of `npm run truth`: 12 s are enough for heavy loss and for a call without a fault. */
const lossy: Scenario = {
  name: 'lossy',
  isHealthy: false,
  plan: () => ({
    parameters: {},
    seconds: 12,
    a: { camera: null },
    b: { camera: null },
    steps: [
      { at: LOSS_FROM, do: 'network', route: 'ab', impairment: { loss: 0.25 } },
      { at: LOSS_TO, do: 'network', route: 'ab', impairment: {} },
    ],
    expected: [
      { side: 'a', label: 'packet-loss', direction: 'outbound', from: LOSS_FROM, to: LOSS_TO },
      { side: 'b', label: 'packet-loss', direction: 'inbound', from: LOSS_FROM, to: LOSS_TO },
    ],
    acceptable: { a: ['high-jitter'], b: ['high-jitter'] },
  }),
};

const undisturbed: Scenario = {
  name: 'undisturbed',
  isHealthy: true,
  plan: () => ({ parameters: {}, seconds: 12 }),
};

/** `npm run truth` makes many more calls. Skipped if Chromium is not installed (`apt-get install chromium`). */
it.skipIf(!hasChromium)(
  'finds the loss between two browsers, and no problem in a call without a fault',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'truth-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const failures: unknown[] = [];
    await recordCalls({
      calls: [
        { name: 'lossy', scenario: lossy },
        { name: 'undisturbed', scenario: undisturbed },
      ],
      seed: 1,
      parallel: 2,
      retries: 0,
      folder,
      onFailure: (_, error) => failures.push(error),
    });
    expect(failures).toEqual([]);
    const recordings = await readTruth(folder);
    expect(recordings.map(({ label }) => label.name)).toEqual(['lossy.a', 'lossy.b', 'undisturbed.a', 'undisturbed.b']);
    const judged = recordings.map(({ label, analysis }) => ({ label, ...judge(label, analysis) }));
    const [out, incoming, ...healthy] = judged;
    expect(out!.found).toContain('packet-loss out');
    expect(incoming!.found).toContain('packet-loss in');
    for (const { label, wrong, problems } of healthy) {
      // On a machine that is too busy for the call, sound and picture do suffer, and the bench says so.
      if (label.overloaded !== true) expect({ wrong, problems }).toEqual({ wrong: [], problems: [] });
    }
  },
  TIMEOUT_MS,
);
