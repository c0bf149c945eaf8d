import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anonymizeInternals } from '../internals/internals-anonymizer.ts';
import { presetPolicy } from '../policy/policy.ts';
import { textOf } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';
import { Anonymizer, compilePolicy } from './anonymizer.ts';

/** What must and must not be in the anonymized file, and what the verifier says about a file. */
interface Expectation {
  readonly gone?: readonly string[];
  readonly stay?: readonly string[];
  /** Exit codes of `verify`: 0, clean; 1, something was found. */
  readonly verifyIn?: number;
  readonly verifyOut?: number;
  readonly why: string;
}

const FOLDER = new URL('../../cases/', import.meta.url);
const CASES = JSON.parse(readFileSync(new URL('expect.json', FOLDER), 'utf8')) as Record<string, Expectation>;
const policy = presetPolicy('standard');

async function anonymize(file: string): Promise<string> {
  const bytes = readFileSync(new URL(file, FOLDER));
  const anonymizer = new Anonymizer(compilePolicy(policy));
  return textOf(file.endsWith('.txt') ? await anonymizeInternals(bytes, anonymizer) : anonymizer.lines(bytes));
}

describe.each(Object.entries(CASES))('%s', (file, { gone = [], stay = [], verifyIn, verifyOut }) => {
  it('loses what is personal, keeps the rest and is judged correctly', async () => {
    const clean = await anonymize(file);
    expect(gone.filter((value) => clean.includes(value))).toEqual([]);
    expect(stay.filter((value) => !clean.includes(value))).toEqual([]);
    if (verifyOut !== undefined) expect(verifyText(clean, policy).findings.length > 0 ? 1 : 0).toBe(verifyOut);
    const raw = readFileSync(new URL(file, FOLDER), 'utf8');
    if (verifyIn !== undefined) expect(verifyText(raw, policy).clean ? 0 : 1).toBe(verifyIn);
  });
});

it('equal foundations stay equal, and different ones different', async () => {
  const clean = await anonymize('l01-foundation-crc32.jsonl');
  const foundations = [...clean.matchAll(/(?:candidate:|"foundation":\s*")(\w+)/g)].map((match) => match[1]);
  expect(foundations).toHaveLength(4);
  expect(foundations[3]).toBe(foundations[2]);
  expect(new Set(foundations).size).toBe(3);
});
