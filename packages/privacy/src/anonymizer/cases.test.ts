import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { verifyText } from '../verifier/verifier.ts';
import { Anonymizer, compilePolicy } from './anonymizer.ts';

/** What must happen to a recording of a few lines: see packages/privacy/cases/expect.json. */
interface Expected {
  /** Values that must not be readable after anonymization under `standard`. */
  readonly gone: readonly string[];
  /** Values that must be. */
  readonly stay: readonly string[];
  /** 0 if the output must verify as clean, 1 if it must not. */
  readonly verifyOut: number;
}

const FOLDER = new URL('../../cases/', import.meta.url);
const EXPECTED = JSON.parse(readFileSync(new URL('expect.json', FOLDER), 'utf8')) as Record<string, Expected>;
const STANDARD = presetPolicy('standard');
const COMPILED = compilePolicy(STANDARD);

describe('a small input that once failed', () => {
  it.each(Object.entries(EXPECTED))('%s', (name, { gone, stay, verifyOut }) => {
    const raw = readFileSync(new URL(name, FOLDER));
    const clean = new TextDecoder().decode(new Anonymizer(COMPILED).lines(raw));
    expect(gone.filter((value) => clean.includes(value))).toEqual([]);
    expect(stay.filter((value) => !clean.includes(value))).toEqual([]);
    expect(verifyText(clean, STANDARD).findings.length > 0 ? 1 : 0).toBe(verifyOut);
  });
});
