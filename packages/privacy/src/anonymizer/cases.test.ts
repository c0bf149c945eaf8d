import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';
import { Anonymizer, compilePolicy } from './anonymizer.ts';

const FOLDER = new URL('../../cases/', import.meta.url);

/** The expected result of a small input that failed once. */
interface Expected {
  readonly gone: readonly string[];
  readonly stay: readonly string[];
  /** Exit code of `verify` for the output: 0 means clean. */
  readonly verifyOut: number;
}

const cases = JSON.parse(readFileSync(new URL('expect.json', FOLDER), 'utf8')) as Record<string, Expected>;

describe('small inputs that failed once', () => {
  it.each(Object.entries(cases))('%s', (file, { gone, stay, verifyOut }) => {
    const policy = presetPolicy('standard');
    const anonymizer = new Anonymizer(compilePolicy(policy));
    const clean = textOf(anonymizer.lines(bytesOf(readFileSync(new URL(file, FOLDER), 'utf8'))));
    expect(gone.filter((value) => clean.includes(value))).toEqual([]);
    expect(stay.filter((value) => !clean.includes(value))).toEqual([]);
    expect(verifyText(clean, policy).clean).toBe(verifyOut === 0);
  });
});
