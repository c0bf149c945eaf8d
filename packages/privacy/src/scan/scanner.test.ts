import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Anonymizer, compilePolicy } from '../anonymizer/anonymizer.ts';
import { ROLES } from '../model/roles.ts';
import { presetPolicy } from '../policy/policy.ts';
import { mutated, stringTokens } from '../testing/json-texts.ts';
import { anonymized, bytesOf, onlyIpAddresses, SESSION_KEY } from '../testing/policies.ts';
import { recordings } from '../testing/recordings.ts';
import { wordsOf } from '../testing/words.ts';
import { Automaton } from './automaton.ts';
import { eventLines } from './grammar.ts';
import { Scanner } from './scanner.ts';

const GRAMMAR = eventLines();
const SCANNER = new Scanner(new Automaton(GRAMMAR));
const RUNS = 2000;
const POLICIES = [onlyIpAddresses(), presetPolicy('standard')].map((policy) => compilePolicy(policy));

/** The end of the line and its open parts, or null when the line does not match the grammar. */
function scan(line: string): { end: number; open: string[] } | null {
  const bytes = bytesOf(line);
  const { end, open: parts } = SCANNER.scan(bytes, 0, bytes.length);
  if (end < 0) return null;
  const open: string[] = [];
  for (let i = 0; i < parts.length; i += 3) {
    const content = new TextDecoder().decode(bytes.subarray(parts[i], parts[i + 1]));
    open.push(`${ROLES[parts[i + 2]!]}: ${content}`);
  }
  return { end, open };
}

/** Asserts that a line which the scanner accepted without open parts is a valid one-line event. */
function expectEvent(line: string): void {
  const event = JSON.parse(line) as unknown[];
  expect(Array.isArray(event)).toBe(true);
  expect(event.length).toBeGreaterThanOrEqual(3);
  expect(['string', 'number']).toContain(typeof event[0]);
  expect(event[1] === null || typeof event[1] === 'string').toBe(true);
  expect(typeof event.at(-1)).toBe('number');
  expect(line).not.toMatch(/[\r\n]/);
}

/** Anonymizes on the slow path: a leading space is enough for the line not to match the grammar. */
function anonymizedOnSlowPath(line: string): string | null {
  expect(scan(` ${line}`)).toBeNull();
  return anonymized(` ${line}`)?.slice(1) ?? null;
}

/**
 * Compares both paths. The slow path writes a string with JSON.stringify once something in it is replaced, while the
 * fast path keeps the original escapes, so bytes are compared only where all strings are written as JSON.stringify
 * would.
 */
function expectSameOnBothPaths(line: string): void {
  for (const policy of POLICIES) {
    const options = { sessionKey: SESSION_KEY };
    expectSame(line, new Anonymizer(policy, options), new Anonymizer(policy, options));
  }
}

function expectSame(line: string, fast: Anonymizer, slow: Anonymizer): void {
  const one = anonymized(line, fast);
  const other = anonymized(` ${line}`, slow)?.slice(1) ?? null;
  if (one === null || other === null || isPlain(line)) expect(one).toBe(other);
  else expect(JSON.parse(one)).toEqual(JSON.parse(other));
  expect(fast.receipt()).toEqual(slow.receipt());
}

function isPlain(line: string): boolean {
  return (line.match(/"(?:[^"\\]|\\.)*"/gs) ?? []).every((token) => JSON.stringify(JSON.parse(token)) === token);
}

const ADDRESS_TEXTS = fc.constantFrom(
  '203.0.113.25',
  'fe80::1%eth0',
  '2001:db8:85a3::8a2e:370:7334',
  'turn:203.0.113.25:3478?transport=udp',
  'candidate:1 1 udp 1 203.0.113.25 9 typ host',
  'v=0\r\no=- 1 2 IN IP4 203.0.113.25\r\n',
  '{"a":"203.0.113.25"}',
  'a%32%30%33.0.113.25',
  '203.0.113.x',
  'tel:4155550100',
  'v=0\r\na=x-note:-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n-----END PRIVATE KEY-----\r\n',
  'v=0\r\na=x-note:password:\r\nhunter22\r\n',
  '\ud800 203.0.113.25 é',
);
const CONTENTS = fc.oneof(
  stringTokens().map((token) => token.slice(1, -1)),
  stringTokens(ADDRESS_TEXTS).map((token) => token.slice(1, -1)),
  ADDRESS_TEXTS.map((text) => JSON.stringify(text).slice(1, -1)),
  // Not valid inside a JSON string.
  fc.constantFrom('\\x', '\t', '\u0000.', '\\u12', '\\', '.\n', '"', '.\\'),
);
const RECORDED = recordings().flatMap(({ lines }) => lines.filter((line) => line.length < 4000));
const RECORDED_LINES = fc.constantFrom(...RECORDED);

describe('the scanner', () => {
  it.each<[string, string[]]>([
    ['[24,"PC_0","checking",1]', []],
    ['[26,"PC_0","have-local-offer",1.5]', []],
    ['[7,"PC_0",null,"6-0",1]', []],
    ['[20,"PC_0",null,0]', []],
    ['["g","PC_0",{"t":1795365315807.123,"IT01V":{"45":1,"type":5},"x":null},1000]', []],
    ['["g","PC_0",{"a.b":{"134":"203.0.113.5","135":50000}},1]', ['key: a.b', 'address: 203.0.113.5']],
    ['[20,null,{"candidate":"a \\" \\\\","sdpMid":"0"},1]', ['candidate: a \\" \\\\']],
    ['[7,"PC_0",{"type":"offer","sdp":"v=0\\r\\ns=203.0.113.5\\r\\n"},1]', ['sdp: s=203.0.113.5']],
    ['[24,"PC_0","203.0.113.5",1]', ['text: 203.0.113.5']],
    ['[24,"PC_0","é",1]', ['text: é']],
  ])('matches %s', (line, open) => {
    expect(scan(line)?.open.filter((text) => !/^sdpMid|^text: (?:0|offer)$/.test(text))).toEqual(open);
    expect(scan(line)?.end).toBe(bytesOf(line).length);
    expectSameOnBothPaths(line);
  });

  it.each([
    '',
    '\n',
    '[24,"PC_0","checking",1',
    '[24,"PC_0","checking",1]]',
    '[24,"PC_0","checking",1] ',
    ' [24,"PC_0","checking",1]',
    '[24, "PC_0","checking",1]',
    '[24,"PC_0","checking",01]',
    '[24,"PC_0","checking"]',
    '[24,"PC_0"]',
    '[24,"203.0.113.5","checking",1]',
    '[24,0,"checking",1]',
    '[24,"PC_0","checking',
    '[24,"PC_0","checking\\",1]',
    '[24,"PC_0",".\\',
    '[99999,"PC_0","checking",1]',
    '[":custom",null,{},1]',
    String.raw`[7,"PC_0",{"type":"offer","sdp":"\u0076=0"},1]`,
    '{"a":1}',
    'RTCStatsDump',
    '\ufeff[24,"PC_0","checking",1]',
  ])('does not match %j', (line) => {
    expect(scan(line)).toBeNull();
  });

  it('stops at the line feed', () => {
    const first = '[24,"PC_0","a.b",1]';
    expect(scan(`${first}\n[25,"PC_0","x",1]\n`)).toEqual({ end: first.length, open: ['text: a.b'] });
    // A string cannot continue on the next line, so this message is invalid JSON.
    expect(anonymized('[24,"PC_0","a.\nb",1]')).toBeNull();
  });

  it('matches most lines that browsers send', () => {
    const read = RECORDED.filter((line) => scan(line) !== null).length;
    expect(read / RECORDED.length).toBeGreaterThan(0.8);
  });
});

describe('lines that match the grammar', () => {
  it('are events and stay byte-identical when all strings are closed', () => {
    fc.assert(
      fc.property(wordsOf(GRAMMAR, fc.constant(''), 0), (line) => {
        const scanned = scan(line);
        expect(scanned?.end).toBe(line.length);
        expectEvent(line);
        // Strings without closed content are generated empty here.
        expect(scanned?.open.every((text) => text.endsWith(': '))).toBe(true);
        expect(anonymized(line)).toBe(line);
        expect(anonymizedOnSlowPath(line)).toBe(line);
      }),
      { numRuns: RUNS },
    );
  });

  it('come out the same on both paths when strings are open', () => {
    fc.assert(
      fc.property(wordsOf(GRAMMAR, CONTENTS, 0.5), (line) => {
        expectSameOnBothPaths(line);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('any line', () => {
  it.each([
    ['mutated from recorded lines', mutated(RECORDED_LINES)],
    ['mutated from lines of the grammar', mutated(wordsOf(GRAMMAR, CONTENTS, 0.1))],
    ['recorded from browsers', RECORDED_LINES],
  ])('%s comes out the same on both paths, and unchanged when nothing is open', (_, lines) => {
    fc.assert(
      fc.property(lines, (line) => {
        const scanned = scan(line);
        const end = bytesOf(line).length;
        if (scanned?.end === end && scanned.open.length === 0) {
          expectEvent(line);
          expect(anonymized(line)).toBe(line);
        }
        if (!line.includes('\n')) expectSameOnBothPaths(line);
      }),
      { numRuns: RUNS },
    );
  });
});
