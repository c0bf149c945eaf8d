import { Anonymizer, compilePolicy, presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { describe, expect, it } from 'vitest';
import { BOMBS } from './time-bombs/bombs.ts';
import { timeOf } from './time-bombs/growth.ts';
import { repetitionsFor } from './time-bombs/inputs.ts';
import { literalPatterns } from './time-bombs/patterns.ts';

const SIZE = 256 * 1024;
/**
 * Milliseconds. A watchdog, not a measurement: linear code takes less than one second for this size, quadratic code
 * more than a minute for some of these. `npm run redteam:time` compares sizes.
 */
const MAX_MS = 15_000;
const policy = presetPolicy('standard');
const compiled = compilePolicy(policy);

describe('anonymizer and verifier take linear time for the worst messages known', () => {
  it.each(BOMBS.map((bomb) => [bomb.name, bomb] as const))(
    '%s',
    (_, bomb) => {
      const raw = Buffer.from(bomb.message(SIZE));
      const duration = timeOf(() => {
        const line = new Anonymizer(compiled).message(raw);
        for (const bytes of line === null ? [raw] : [raw, line]) {
          const verifier = new Verifier(policy);
          try {
            verifier.push(bytes);
            verifier.end();
          } catch (error) {
            // It may refuse the raw message, but nothing that the anonymizer wrote.
            if (bytes !== raw) throw error;
          }
        }
      });
      expect(duration).toBeLessThan(MAX_MS);
    },
    120_000,
  );
});

it('finds the patterns in the sources, and takes them apart', () => {
  const patterns = literalPatterns();
  expect(patterns.length).toBeGreaterThan(200);
  const [found] = patterns.filter(({ pattern }) => pattern.source.startsWith('\\sraddr '));
  expect(repetitionsFor(found!.pattern).map(({ unit }) => unit)).toContain(' raddr a');
});
