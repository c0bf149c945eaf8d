import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anonymizeInternals } from '../internals/internals-anonymizer.ts';
import { PRESETS, presetPolicy } from '../policy/policy.ts';
import { AddressAttack } from '../testing/address-attack.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { recordings } from '../testing/recordings.ts';
import { asStack, STACKS } from '../testing/stack-foundations.ts';
import { verifyText } from '../verifier/verifier.ts';
import { Anonymizer, type CompiledPolicy, compilePolicy } from './anonymizer.ts';

const RECORDINGS = recordings();
/** The address of the machine on which the recordings were made, which mDNS names hide in some. */
const HIDDEN = '192.168.1.34';
const ADDRESSES = new Set([...RECORDINGS.flatMap(({ addresses }) => addresses), HIDDEN]);
const ATTACK = new AddressAttack(ADDRESSES);

function anonymize(text: string, compiled: CompiledPolicy): string {
  return textOf(new Anonymizer(compiled).lines(bytesOf(text)));
}

function attack(text: string): Map<string, Set<string>> {
  return ATTACK.on(text.trimEnd().split('\n'));
}

/** The policy without the rule for foundations. */
function withoutFoundations(compiled: CompiledPolicy): CompiledPolicy {
  return { ...compiled, classes: compiled.classes.filter(({ whole }) => whole?.foundation === undefined) };
}

/** The foundations of each stack are put into one recording of each browser, with `npm run test:whole` into all. */
const REWRITTEN = RECORDINGS.filter(
  ({ name }) => process.env['WHOLE_TESTS'] === 'true' || name === 'chromium-loopback' || name === 'firefox-loopback',
);

describe.each(RECORDINGS)('from $name', ({ bytes }) => {
  const raw = textOf(bytes);

  it.each(PRESETS)('nobody can compute an address after anonymization under %s', (preset) => {
    expect(attack(anonymize(raw, compilePolicy(presetPolicy(preset))))).toEqual(new Map());
  });
});

describe.each(REWRITTEN)('from $name', ({ bytes }) => {
  const raw = textOf(bytes);

  describe.each(Object.entries(STACKS))('with foundations of %s', (_, foundation) => {
    const rewritten = asStack(raw, foundation, HIDDEN);

    it.each(PRESETS)('nobody can compute an address after anonymization under %s', (preset) => {
      const policy = presetPolicy(preset);
      const clean = anonymize(rewritten, compilePolicy(policy));
      expect(attack(clean)).toEqual(new Map());
      expect(verifyText(clean, policy).findings).toEqual([]);
    });

    it.each(PRESETS)('addresses can be computed if foundations stay under %s, which the verifier reports', (preset) => {
      const policy = presetPolicy(preset);
      const clean = anonymize(rewritten, withoutFoundations(compilePolicy(policy)));
      expect(attack(clean).size).toBeGreaterThan(0);
      expect(verifyText(clean, policy).classes.ipAddresses).toBeGreaterThan(0);
    });
  });
});

describe('from a dump of webrtc-internals', () => {
  const folder = new URL('../../../../test/recordings/', import.meta.url);
  const raw = readFileSync(new URL('chromium-loopback.webrtc_internals_dump.txt', folder), 'utf8');

  it.each(PRESETS)('nobody can compute an address after anonymization under %s', async (preset) => {
    const compiled = compilePolicy(presetPolicy(preset));
    for (const foundation of Object.values(STACKS)) {
      const rewritten = asStack(raw, foundation, HIDDEN);
      // The attack wants one JSON text per line.
      const shown = (text: string): string => JSON.stringify(JSON.parse(text));
      expect(attack(shown(rewritten)).size).toBeGreaterThan(0);
      const clean = await anonymizeInternals(bytesOf(rewritten), new Anonymizer(compiled));
      expect(attack(shown(textOf(clean)))).toEqual(new Map());
    }
  });
});
