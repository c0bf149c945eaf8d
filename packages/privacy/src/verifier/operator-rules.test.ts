import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Anonymizer } from '../anonymizer/anonymizer.ts';
import { compilePolicy } from '../anonymizer/compiled-policy.ts';
import { parsePolicy } from '../policy/policy-settings.ts';
import { eventsWith, PLACE } from '../testing/events.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { recordings } from '../testing/recordings.ts';
import { verifyText } from './verifier.ts';

const badge = parsePolicy({ rules: [{ name: 'badge', pattern: 'B-\\d{4}' }] });
const scoped = parsePolicy({
  rules: [{ name: 'badge', pattern: '\\d+', events: [':in'], paths: ['data.*.badge', 'list'] }],
});
const classesOf = (event: unknown, policy = badge) => verifyText(`${JSON.stringify(event)}\n`, policy).classes;

describe('a match of an operator rule is found', () => {
  it.each([
    [[':x', null, 'the badge B-1234', 1]],
    [[':x', null, { 'B-1234': 1 }, 1]],
    [[':x', null, { a: ['{"b":"B-1234"}'] }, 1]],
    [[':x', null, 'B%2D1234', 1]],
    [[13, 'B-1234', null, 1]],
    [['g', 'PC_0', { 'B-1234': { '20': 1 } }, 1]],
  ])('in %j', (event) => {
    expect(classesOf(event)).toEqual({ 'rule:badge': 1 });
  });

  it('without being shown in the finding', () => {
    const event = [':x', null, { 'B-1234': { b: 'B-5678 and B-9012 call 203.0.113.7' } }, 1];
    const { findings } = verifyText(`${JSON.stringify(event)}\n`, badge);
    expect(findings.length).toBeGreaterThan(2);
    expect(JSON.stringify(findings)).not.toMatch(/1234|5678|9012/);
  });

  it('only where the rule applies', () => {
    const value = { data: { one: { badge: '17', age: '17' } }, list: ['17', { badge: '17' }], badge: '17' };
    expect(classesOf([':in', null, value, 1], scoped)).toEqual({ 'rule:badge': 2 });
    expect(classesOf([':out', null, value, 1], scoped)).toEqual({});
  });
});

const POLICIES = [
  badge,
  scoped,
  parsePolicy({ rules: [{ name: 'net', pattern: '203\\.0' }] }),
  parsePolicy({ rules: [{ name: 'word', pattern: '[a-z]{4,}', method: 'pseudonymize' }] }),
  parsePolicy({ rules: [{ name: 'customer', pattern: 'customer (\\w+)', method: 'pseudonymize' }] }),
  parsePolicy({ rules: [{ name: 'digits', pattern: '\\d{3,}', events: [':log'], method: 'remove' }] }),
];

/** A dump as the gateway writes it. */
function dump(lines: readonly string[], policy: (typeof POLICIES)[number]): string {
  const anonymizer = new Anonymizer(compilePolicy(policy));
  const metadata = anonymizer.metadata({
    fileFormat: 3,
    url: 'wss://a.example/B-1234',
    clientProtocol: 'rtcstats#5.0',
  });
  const clean = lines.map((line) => anonymizer.message(bytesOf(line))).filter((line) => line !== null);
  return ['RTCStatsDump', ...[metadata, ...clean, anonymizer.closeEvent(1000, 1)].map(textOf), ''].join('\n');
}

/**
 * The findings of the rules. Classes may find more: a rule that removes words from technical texts turns these into
 * other texts.
 */
function left(lines: readonly string[], policy: (typeof POLICIES)[number]): unknown[] {
  const { findings } = verifyText(dump(lines, policy), policy);
  return findings.filter((finding) => finding.class.startsWith('rule:'));
}

describe.each(POLICIES.map((policy) => [policy.rules[0]!.pattern, policy] as const))(
  'with the rule %s',
  (_, policy) => {
    it.each(recordings())('$name has no match after anonymization', ({ lines }) => {
      expect(left(lines, policy)).toEqual([]);
    });

    it('any event has no match after anonymization', () => {
      const piece = fc.constantFrom(
        'B-1234',
        '203.0.113.7',
        'customer Anna',
        'abcde',
        '4711',
        '%2D',
        'x-',
        '~2',
        '[a]',
        'anna@example.org',
        ' ',
      );
      const text = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
      fc.assert(
        fc.property(text, eventsWith(PLACE), (value, event) => {
          const line = JSON.stringify(event).replaceAll(PLACE, JSON.stringify(value).slice(1, -1));
          expect(left([line], policy)).toEqual([]);
        }),
        { numRuns: 300 },
      );
    });
  },
);
