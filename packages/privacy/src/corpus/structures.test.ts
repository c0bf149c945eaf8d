import { describe, expect, it } from 'vitest';
import { Anonymizer, compilePolicy } from '../anonymizer/anonymizer.ts';
import { parsePolicy } from '../policy/policy-settings.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { readingsOf } from '../testing/readings.ts';
import { verifyText } from '../verifier/verifier.ts';
import { structures } from './structures.ts';

const all = structures();

function stored(line: string, compiled: ReturnType<typeof compilePolicy>): string {
  const clean = new Anonymizer(compiled).message(bytesOf(line));
  return clean === null ? '' : textOf(clean);
}

function readable(line: string): string {
  return [line, ...readingsOf(line)].join('\n').toLowerCase();
}

function remaining(values: readonly string[], line: string): string[] {
  const text = readable(line);
  return values.filter((value) => text.includes(value.toLowerCase()));
}

it('has at least 180 structures, and shows their values before anonymization', () => {
  expect(all.length).toBeGreaterThanOrEqual(180);
  for (const { line, gone, stays } of all) {
    const values = [...gone, ...stays];
    expect([line, remaining(values, line)]).toEqual([line, values]);
  }
});

it('are seen raw by the verifier, so that a fault of the anonymizer would be noticed', () => {
  const policy = parsePolicy({});
  const personal = all.filter(({ gone }) => gone.length > 0);
  expect(personal.filter(({ line }) => verifyText(`${line}\n`, policy).clean).map(({ line }) => line)).toEqual([]);
  // Those without personal values must not be quarantined.
  const technical = all.filter(({ gone }) => gone.length === 0);
  expect(technical.flatMap(({ line }) => verifyText(`${line}\n`, policy).findings)).toEqual([]);
});

describe.each(['scan', 'pseudonymize'])('under standard with %s', (customEvents) => {
  const policy = parsePolicy({ customEvents });
  const compiled = compilePolicy(policy);

  it.each(all.map((structure) => [structure.name, structure] as const))('%s', (_, { line, gone, stays }) => {
    const clean = stored(line, compiled);
    const kept = remaining(stays, clean);
    expect({ left: remaining(gone, clean), missing: stays.filter((value) => !kept.includes(value)), clean }).toEqual({
      left: [],
      // Without the vocabulary's certainty, pseudonyms replace some technical texts too.
      missing: customEvents === 'scan' ? [] : expect.anything(),
      clean,
    });
    expect(verifyText(`${clean}\n`, policy).findings).toEqual([]);
  });
});

it('drops them under strict', () => {
  const compiled = compilePolicy(parsePolicy({ preset: 'strict' }));
  expect(all.filter(({ line }) => stored(line, compiled) !== '').map(({ name }) => name)).toEqual([]);
});
