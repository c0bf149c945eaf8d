import { describe, expect, it, vi } from 'vitest';
import { presetPolicy } from '../policy/policy.ts';
import { bytesOf, onlyIpAddresses, textOf } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';
import { Anonymizer } from './anonymizer.ts';
import { compilePolicy } from './compiled-policy.ts';

/** A message of this size takes about 100 ms. With quadratic time, a test would run for more than a minute. */
const SIZE = 1024 * 1024;
vi.setConfig({ testTimeout: 60_000 });

/** Repeated units, with a start and an end that get the text past the quick checks. */
const REPEATED: readonly (readonly [unit: string, start?: string, end?: string])[] = [
  [':'],
  ['::'],
  ['a:'],
  ['1:x'],
  ['.'],
  ['1.'],
  ['1.1.1.1.'],
  ['999.'],
  ['203.0.113.25 '],
  ['203.0.113.25.'],
  ['1.x.'],
  ['fe80::1%'],
  ['2001:db8::1_'],
  ['-'],
  ['1-'],
  ['a-'],
  ['203-0-113-25-'],
  ['--.ipv6-literal.net'],
  ['6-l'],
  ['0.ip6.arpa'],
  ['%25'],
  ['%31'],
  ['%'],
  ['\\'],
  ['\\u0031'],
  ['"'],
  ['{"a":'],
  ['['],
  ['[["'],
  ['\n('],
  ['\r\n'],
  ['o=\r\n'],
  ['a=x\r\n'],
  ['a', '', ' x@y.z'],
  ['-', '=', '@candidate:'],
  ['a-', 'a@', ' '],
  ['.a-', 'a@b', ' '],
  ['eyJ', '', ' .aaaa'],
  ['eyJ', '', '.a'],
  ['_', '', ' token=x'],
  ['a-', '', ' token=x'],
  ['token-'],
  ['sk-'],
  ['"o=', 'a '],
  ['é.v', 'a.local '],
  ['candidate:', '', ' 1'],
  ['a', 'data:', ' ://'],
  ['.', 'http://h/', 'a'],
  ['.', 'turn:h?', 'a'],
  ['a@', 'http://', 'h'],
  ['1 '],
  ['0 12345 '],
  ['(0'],
  ['+1 '],
  ['version '],
  ['Chrome 1.2.3.4 '],
  ['pkg@1.2.3-beta.'],
  ['2026-01-02-'],
  ['72:'],
  ['a::1:'],
  ['150-500-1500 '],
  ['+1234567 bytes '],
  ['this.local '],
  ['cookie: none, '],
  ['a=extmap:1 http://a/'],
  ['http://a/:'],
  ['\\r\\na='],
  ['\\n'],
  ['a=ssrc:1 label:'],
];

const POLICIES = [
  ['IP addresses', compilePolicy(onlyIpAddresses())],
  ['the preset standard', compilePolicy(presetPolicy('standard'))],
] as const;

/**
 * The verifier searches the whole text for the excerpt of each finding (their number is limited), and counts nesting
 * levels.
 */
const SLOWER: ReadonlySet<string> = new Set(['203.0.113.25 ', 'fe80::1%', '2001:db8::1_', '{"a":']);

describe('the verifier takes linear time for a long text:', () => {
  const repeated = REPEATED.filter(([unit]) => !SLOWER.has(unit!));
  it.each(
    [...repeated, ['a', '@'], ['a', '', '@'], ['a.', '@']].map(
      ([unit, start = '', end = '']) => [start, unit!, end] as const,
    ),
  )('%j %j %j', (start, unit, end) => {
    const text = start + unit.repeat(Math.ceil(SIZE / 3 / unit.length)) + end;
    expect(verifyText(JSON.stringify([':x', null, { message: text }, 1]), presetPolicy('standard')).lines).toBe(1);
  });
});

describe.each(POLICIES)('the anonymizer takes linear time for a megabyte, for %s:', (_, policy) => {
  it.each(REPEATED.map(([unit, start = '', end = '']) => [start, unit, end] as const))(
    '%j %j %j',
    (start, unit, end) => {
      const text = start + unit.repeat(Math.ceil(SIZE / 3 / unit.length)) + end;
      for (const event of [
        [':x', null, { message: text }, 1],
        [7, 'PC_0', { type: 'offer', sdp: text }, 1],
        [20, 'PC_0', { candidate: text, [text]: 1 }, 1],
      ]) {
        expect(new Anonymizer(policy).message(bytesOf(JSON.stringify(event)))).not.toBeNull();
      }
    },
  );

  it('keys that all need different aliases', () => {
    const keys = Array.from({ length: SIZE / 32 }, (__, i) => `"203.0.113.${i % 256} ${i}":1`);
    expect(new Anonymizer(policy).message(bytesOf(`[":x",null,{${keys.join()}},1]`))).not.toBeNull();
    const same = Array.from({ length: SIZE / 32 }, (__, i) => `"10.${i >> 16}.${(i >> 8) & 255}.${i & 255}":1`);
    expect(new Anonymizer(policy).message(bytesOf(`[":x",null,{${same.join()}},1]`))).not.toBeNull();
  });

  it('truncated lines, and unterminated strings', () => {
    for (const line of ['[24,null,"a.', '[24,null,"a.\\', '["g",null,{"', '[7,null,{"sdp":"(\\n(', '"', '\\"']) {
      const bytes = bytesOf(`${line}\n`.repeat(SIZE / 16));
      expect(textOf(new Anonymizer(policy).lines(bytes))).toBe('');
      expect(new Anonymizer(policy).message(bytesOf(line.repeat(SIZE / 16)))).toBeNull();
    }
  });
});
