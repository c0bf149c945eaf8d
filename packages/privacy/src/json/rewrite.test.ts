import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonTexts, mutated } from '../testing/json-texts.ts';
import { NotJsonError } from './not-json-error.ts';
import { MAX_DEPTH, rewriteJson } from './rewrite.ts';
import type { JsonVisitor, PathPart } from './visitor.ts';

/** Changes nothing. */
const LEAVE: JsonVisitor = { string: (value) => value, key: (key) => key, number: () => undefined };
/** Replaces the word `secret` everywhere, and the number 42. */
const REDACT: JsonVisitor = {
  string: (value) => value.replaceAll('secret', '[x]'),
  key: (key) => key.replaceAll('secret', '[x]'),
  number: (source) => (source === '42' ? '[x]' : undefined),
};

const RUNS = 3000;
const SPACE = fc.constantFrom('', '', ' ', '\t', '  ');
const SPACE_AND_BREAKS = fc.constantFrom('', ' ', '\n', '\r\n', '\t\n ');

function outcome(text: string): string {
  try {
    rewriteJson(text, LEAVE);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    return error.code;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('text that is not replaced', () => {
  it.each([
    '1.0',
    '-0',
    '1e5',
    '1E+05',
    '0.10',
    '123456789012345678901234567890.000',
    '4e999',
    '{"a":1,"a":2,"b":1,"a":3}',
    '{"2":1,"1":2,"__proto__":3,"constructor":4}',
    '{ "a" :\t[ 1 , 2 ] , "b":{ } ,"c":[ ] }',
    ' [1] ',
    String.raw`["\/","\u00e9","é","\u0000","\ud800","\uD83D\uDE00","\"\\\b\f\n\r\t"]`,
    '["\u2028\u2029\u007f\ufeff"]',
    'null',
    'true',
    '"text"',
  ])('stays byte-identical: %j', (text) => {
    expect(rewriteJson(text, LEAVE)).toBe(text);
    expect(rewriteJson(text, REDACT)).toBe(text);
  });

  it('stays byte-identical around replacements', () => {
    const text = String.raw`{ "a\/":1.0, "a\/":"x secret", "secret" :[42,42.0,"\u0073ecret","\u00e9"],"b":{"secret":"é"}}`;
    expect(rewriteJson(text, REDACT)).toBe(
      String.raw`{ "a\/":1.0, "a\/":"x [x]", "[x]" :["[x]",42.0,"[x]","\u00e9"],"b":{"[x]":"é"}}`,
    );
  });

  it('stays byte-identical in any JSON text', () => {
    fc.assert(
      fc.property(jsonTexts(SPACE), (text) => {
        expect(rewriteJson(text, LEAVE)).toBe(text);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('line breaks', () => {
  it('between tokens are removed, and stay escaped in strings', () => {
    expect(rewriteJson('\r\n{\n "a\\n": [\r1,\n\n2 ] \n}\n', LEAVE)).toBe('{ "a\\n": [1,2 ] }');
  });

  it('are kept when the text is part of another text', () => {
    expect(rewriteJson('{\n "a": "secret"\r\n}', REDACT, 'keep')).toBe('{\n "a": "[x]"\r\n}');
  });

  it('are the only thing removed from any JSON text', () => {
    fc.assert(
      fc.property(jsonTexts(SPACE_AND_BREAKS), (text) => {
        // Raw line breaks can only occur between tokens.
        expect(rewriteJson(text, LEAVE)).toBe(text.replace(/[\r\n]/g, ''));
        expect(rewriteJson(text, LEAVE, 'keep')).toBe(text);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a visitor', () => {
  it('gets the path of each value', () => {
    const seen: string[] = [];
    const note = (what: string, path: readonly PathPart[]): void => {
      seen.push(`${what} ${JSON.stringify(path)}`);
    };
    rewriteJson(String.raw`["a",{"\u006b":["b",{}],"n":1.50},[[2]],"c"]`, {
      string: (value, path) => {
        note(`string ${value}`, path);
        return value;
      },
      key: (key, path) => {
        note(`key ${key}`, path);
        return key;
      },
      number: (source, path) => {
        note(`number ${source}`, path);
        return undefined;
      },
    });
    expect(seen).toEqual([
      'string a [0]',
      'key k [1]',
      'string b [1,"k",0]',
      'key n [1]',
      'number 1.50 [1,"n"]',
      'number 2 [2,0,0]',
      'string c [3]',
    ]);
  });

  it('gets strings and keys as JSON.parse decodes them', () => {
    fc.assert(
      fc.property(jsonTexts(SPACE), (text) => {
        const strings: string[] = [];
        const note = (value: string): string => {
          strings.push(value);
          return value;
        };
        rewriteJson(text, { string: note, key: note, number: () => undefined });
        const again = JSON.stringify(strings);
        expect(JSON.parse(again)).toEqual(strings);
        // All tokens in document order.
        const tokens = text.match(/"(?:[^"\\]|\\.)*"/gs) ?? [];
        expect(strings).toEqual(tokens.map((token) => JSON.parse(token)));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('valid JSON', () => {
  it.each([
    '',
    ' ',
    '\n',
    '[',
    ']',
    '[1',
    '[1,',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[1]]',
    '[1] 2',
    '{',
    '{}}',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{,}',
    '{a:1}',
    "{'a':1}",
    '{"a" 1}',
    '{"a":1 "b":2}',
    '{1:1}',
    '"',
    '"a',
    '"\\"',
    '"\\x"',
    '"\\u12"',
    '"\\u12g4"',
    '"\n"',
    '"\t"',
    '"\u0000"',
    '"\\\n"',
    '01',
    '-',
    '+1',
    '.5',
    '1.',
    '1.e5',
    '1e',
    '1e+',
    '0x10',
    '--1',
    '1_000',
    'NaN',
    'Infinity',
    '-Infinity',
    'undefined',
    'nul',
    'nulll',
    'True',
    '// 1\n1',
    '/**/1',
    '\ufeff[1]',
    '\u00a0[1]',
    '\u2028[1]',
    '[1]\u0000',
    '\f1',
    '\v1',
  ])('does not include %j', (text) => {
    expect(isJson(text)).toBe(false);
    expect(outcome(text)).toBe('notJson');
  });

  it('is the same as for JSON.parse', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(jsonTexts(SPACE_AND_BREAKS)), fc.string({ unit: 'binary' })), (text) => {
        expect(outcome(text)).toBe(isJson(text) ? 'accepted' : 'notJson');
      }),
      { numRuns: 3 * RUNS },
    );
  });

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"a":', '}]'],
  ])('is limited to a depth of 100: %s…%s', (open, close) => {
    const levels = open.length === 6 ? MAX_DEPTH / 2 : MAX_DEPTH;
    expect(outcome(`${open.repeat(levels)}1${close.repeat(levels)}`)).toBe('accepted');
    expect(outcome(`${open.repeat(levels + 1)}1${close.repeat(levels + 1)}`)).toBe('tooDeep');
    expect(outcome(open.repeat(100_000))).toBe('tooDeep');
  });
});

it('rejects with an Error that does not quote the text', () => {
  let error: unknown;
  try {
    rewriteJson('["anna@example.org"', LEAVE);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'NotJsonError', code: 'notJson', message: 'notJson at 19' });
  expect((error as Error).stack).not.toContain('anna');
});
