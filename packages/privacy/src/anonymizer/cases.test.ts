import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anonymizeInternals } from '../internals/internals-anonymizer.ts';
import { presetPolicy } from '../policy/policy.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';
import { Anonymizer, compilePolicy } from './anonymizer.ts';
import { DumpAnonymizer } from './dump-anonymizer.ts';

const FOLDER = new URL('../../cases/', import.meta.url);

/** The expected result of a small input that failed once. */
interface Expected {
  readonly gone: readonly string[];
  readonly stay: readonly string[];
  /** Exit code of `verify` for the output: 0 means clean. */
  readonly verifyOut: number;
  /** Exit code of `verify` for the input. */
  readonly verifyIn?: number;
}

const CASES = JSON.parse(readFileSync(new URL('expect.json', FOLDER), 'utf8')) as Record<string, Expected>;
const STANDARD = presetPolicy('standard');

/** The anonymized file: a webrtc-internals dump begins with an object, messages as lines with a list. */
async function anonymized(text: string): Promise<string> {
  const anonymizer = new Anonymizer(compilePolicy(STANDARD));
  if (text.trimStart().startsWith('{')) return textOf(await anonymizeInternals(bytesOf(text), anonymizer));
  const dump = new DumpAnonymizer(anonymizer);
  return [...dump.push(bytesOf(text)), ...dump.end()].map(textOf).join('');
}

describe('small inputs that failed once', () => {
  it.each(Object.entries(CASES))('%s', async (file, { gone, stay, verifyOut, verifyIn }) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    const clean = await anonymized(text);
    expect(gone.filter((value) => clean.includes(value))).toEqual([]);
    expect(stay.filter((value) => !clean.includes(value))).toEqual([]);
    expect(verifyText(clean, STANDARD).clean).toBe(verifyOut === 0);
    if (verifyIn !== undefined) expect(verifyText(text, STANDARD).clean).toBe(verifyIn === 0);
  });
});
