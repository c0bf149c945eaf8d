import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRESETS, presetPolicy } from '../policy/policy.ts';
import { eventsWith, PLACE, textsAround } from '../testing/events.ts';
import { addressAnonymizer, anonymized, bytesOf, textOf } from '../testing/policies.ts';
import { recordings } from '../testing/recordings.ts';
import { Anonymizer } from './anonymizer.ts';
import { compilePolicy } from './compiled-policy.ts';

function content(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

describe('a message', () => {
  it('without personal data is returned as the same array of bytes', () => {
    const raw = bytesOf('["g","PC_0",{"t":1,"a":{"1":1.0}},1000]');
    expect(addressAnonymizer().message(raw)).toBe(raw);
    const custom = bytesOf('[":é", null, {"a":"\\u00e9\\/"}, 1.50]');
    expect(addressAnonymizer().message(custom)).toBe(custom);
  });

  it('does not modify the input bytes', () => {
    const raw = bytesOf('[":x",null,"203.0.113.5",1]');
    const before = raw.slice();
    const anonymizer = addressAnonymizer();
    const first = anonymizer.message(raw)!;
    expect(raw).toEqual(before);
    // The returned bytes must not be overwritten by the next message either.
    anonymizer.message(bytesOf('[24,null,"198.51.100.7 and more",1]'));
    expect(textOf(first)).toBe('[":x",null,"203.0.113.x",1]');
  });

  it('with line breaks between JSON tokens becomes one line', () => {
    expect(anonymized('[\n  ":x",\r\n  null,\n  {"a\\n": "203.0.113.5\\n"},\n  1\n]\n')).toBe(
      '[  ":x",  null,  {"a\\n": "203.0.113.x\\n"},  1]',
    );
    expect(anonymized('[24,"PC_0","checking",1]\n')).toBe('[24,"PC_0","checking",1]');
  });

  it('keeps the line breaks of JSON text inside a string', () => {
    const value = JSON.stringify({ a: ['b', 1] }, null, 2);
    const line = JSON.stringify([':x', null, value, 1]);
    expect(anonymized(line)).toBe(line);
    const personal = JSON.stringify([':x', null, value.replace('"b"', '"203.0.113.5"'), 1]);
    expect(anonymized(personal)).toBe(personal.replace('.5', '.x'));
  });

  it.each<[string, string]>([
    ['', 'notJson'],
    ['RTCStatsDump', 'notJson'],
    ['203.0.113.5', 'notJson'],
    ['[24,"PC_0","checking",1', 'notJson'],
    ['[24,"PC_0","checking",1]x', 'notJson'],
    ['[24,"PC_0","checking",1]\n[24,"PC_0","checking",1]', 'notJson'],
    ['\ufeff[24,"PC_0","checking",1]', 'notJson'],
    ['[24,"PC_0","che\ncking",1]', 'notJson'],
    ['[24,"PC_0","che\u0000cking",1]', 'notJson'],
    ['{"a":"203.0.113.5"}', 'notEvent'],
    ['null', 'notEvent'],
    ['1', 'notEvent'],
    ['"203.0.113.5"', 'notEvent'],
    ['[]', 'notEvent'],
    ['[":x",null]', 'notEvent'],
    ['[":x",1]', 'notEvent'],
    ['[null,null,1]', 'notEvent'],
    ['[{},null,1]', 'notEvent'],
    ['[":x",1,{},1]', 'notEvent'],
    ['[":x",true,{},1]', 'notEvent'],
    ['[":x",null,{},"1"]', 'notEvent'],
    ['[":x",null,{},null]', 'notEvent'],
    [`[":x",null,${'['.repeat(100)}${']'.repeat(100)},1]`, 'tooDeep'],
    [`[":x",null,${'{"a":'.repeat(100_000)}`, 'tooDeep'],
  ])('that is not a valid event (%#) is counted as %s', (line, reason) => {
    const anonymizer = addressAnonymizer();
    expect(anonymized(line, anonymizer)).toBeNull();
    expect(anonymizer.receipt().dropped).toEqual({ [reason]: 1 });
  });

  it.each([
    ['an invalid first byte', [0xff]],
    ['an overlong encoding', [0xc0, 0xb2]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a truncated character', [0xe2, 0x82]],
  ])('that is not UTF-8 (%s) is counted as notJson', (_, bytes) => {
    for (const [before, after] of [
      ['[":x",null,"', '",1]'],
      ['[24,null,".', '",1]'],
      ['[20,null,{"candidate":"', '"},1]'],
      ['[24,null,"a",1]', ''],
    ] as const) {
      const anonymizer = addressAnonymizer();
      expect(anonymizer.message(new Uint8Array([...bytesOf(before), ...bytes, ...bytesOf(after)]))).toBeNull();
      expect(anonymizer.receipt().dropped).toEqual({ notJson: 1 });
    }
  });

  it('can be any bytes: message() never throws, and any result is one line of JSON', () => {
    const lines = recordings().flatMap((recording) =>
      recording.lines.filter((line) => line.length < 3000).map(bytesOf),
    );
    const cut = fc
      .tuple(fc.constantFrom(...lines), fc.nat(), fc.nat(2), fc.uint8Array({ maxLength: 3 }))
      .map(([line, where, length, put]) => {
        const at = where % line.length;
        return new Uint8Array([...line.subarray(0, at), ...put, ...line.subarray(at + length)]);
      });
    const anonymizer = addressAnonymizer();
    fc.assert(
      fc.property(fc.oneof(cut, fc.uint8Array()), (raw) => {
        const clean = anonymizer.message(raw);
        if (clean === null) return;
        const text = textOf(clean);
        expect(text).not.toMatch(/[\r\n]/);
        expect(Array.isArray(JSON.parse(text))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it.each(PRESETS)('can have any text in any place without throwing, under the preset %s', (preset) => {
    const compiled = compilePolicy(presetPolicy(preset));
    const texts = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('', '\n', 'a\nb:1', '\r\n:9'));
    const lines = fc
      .tuple(eventsWith(PLACE), texts, fc.oneof(texts, textsAround('203.0.113.25')))
      .map(([event, key, text]) =>
        JSON.stringify([...event.slice(0, -1), { [key]: text }, 1]).replaceAll(PLACE, () => content(text)),
      );
    fc.assert(
      fc.property(lines, (line) => {
        const anonymizer = new Anonymizer(compiled);
        const clean = anonymized(line, anonymizer);
        if (clean !== null) expect(JSON.parse(clean)).toHaveLength((JSON.parse(line) as unknown[]).length);
        else expect(Object.keys(anonymizer.receipt().dropped)).not.toContain('notJson');
      }),
      { numRuns: 2000 },
    );
  });

  it('with lone surrogates becomes valid UTF-8', () => {
    expect(anonymized('[":x",null,"\\ud800 203.0.113.5 \\udc00",1]')).toBe(
      '[":x",null,"\\ud800 203.0.113.x \\udc00",1]',
    );
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'can use %s as method, scope, key and value',
    (name) => {
      const line = `["${name}","${name}",{"${name}":{"${name}":"${name}"}},1]`;
      expect(anonymized(line)).toBe(line);
      expect(anonymized(`["g",null,{"${name}":{"${name}":"203.0.113.5"}},1]`)).toBe(
        `["g",null,{"${name}":{"${name}":"203.0.113.x"}},1]`,
      );
    },
  );
});

describe('many lines', () => {
  it('give the same result as message() for each line', () => {
    const lines = [
      '[24,null,"a",1]',
      '[":x",null,"203.0.113.5",1]',
      'no JSON',
      '',
      '\r',
      '[24,null,".\\"',
      '["x",null,1]\r',
    ];
    const whole = lines.map((line) => `${line}\n`).join('');
    const anonymizer = addressAnonymizer();
    expect(textOf(anonymizer.lines(bytesOf(whole)))).toBe(
      '[24,null,"a",1]\n[":x",null,"203.0.113.x",1]\n["x",null,1]\n',
    );
    expect(anonymizer.receipt()).toMatchObject({ redactions: { ipAddresses: 1 }, dropped: { notJson: 2 } });
  });

  it.each(['no JSON', '[24,null,"203.0.113.5",1]', '[24,null,"a",1]', ''])(
    'can end without a line feed: %j',
    (last) => {
      const text = textOf(addressAnonymizer().lines(bytesOf(`[24,null,"203.0.113.5",1]\n${last}`)));
      expect(text.split('\n')[0]).toBe('[24,null,"203.0.113.x",1]');
      expect(text.split('\n')[1]).toBe(anonymized(last) ?? '');
    },
  );

  it('without personal data are returned as the same array of bytes', () => {
    const bytes = bytesOf('[24,null,"a",1]\n[25,"PC_0","b",1]\n[":é",null,{},1]\n');
    expect(addressAnonymizer().lines(bytes)).toBe(bytes);
  });
});

describe('the receipt', () => {
  it('counts each replacement and each dropped message', () => {
    const anonymizer = addressAnonymizer();
    anonymized('[":x",null,{"203.0.113.5":"198.51.100.7 and 203.0.113.5"},1]', anonymizer);
    anonymized('[20,null,{"candidate":"candidate:1 1 udp 1 203.0.113.5 9 typ host"},1]', anonymizer);
    anonymized('x', anonymizer);
    anonymizer.drop('binary');
    anonymizer.drop('binary');
    expect(anonymizer.receipt()).toMatchObject({ redactions: { ipAddresses: 4 }, dropped: { notJson: 1, binary: 2 } });
  });

  it.each([
    ['a truncated message', '[":x",null,["203.0.113.5","198.51.100.7"', { notJson: 1 }],
    ['a message that is not an event', '[":x",null,"203.0.113.5","1"]', { notEvent: 1 }],
    ['a message with invalid UTF-8 after the replacement', '[13,null,"203.0.113.5","\\xff",1]', { notJson: 1 }],
  ])('does not count replacements in %s', (_, line, dropped) => {
    const anonymizer = addressAnonymizer();
    expect(anonymized(line, anonymizer)).toBeNull();
    // The replacements must not be counted with the next message either.
    anonymized('[24,null,"a",1]', anonymizer);
    expect(anonymizer.receipt()).toMatchObject({ dropped });
    expect(anonymizer.receipt().redactions).toEqual({});
  });

  it('counts replacements in nested JSON text once, even when it turns out to be invalid JSON', () => {
    const anonymizer = addressAnonymizer();
    for (const text of ['{"a":"203.0.113.5"}', '{"a":"203.0.113.5","b":', '[["203.0.113.5"],}']) {
      anonymized(JSON.stringify([':x', null, text, 1]), anonymizer);
    }
    expect(anonymizer.receipt().redactions).toEqual({ ipAddresses: 3 });
  });

  it('counts a text with too many layers of escapes as unreadable', () => {
    const anonymizer = addressAnonymizer();
    const text = `%${'25'.repeat(12)}32`;
    expect(anonymized(JSON.stringify([':x', null, text, 1]), anonymizer)).toBe('[":x",null,"[unreadable]",1]');
    expect(anonymizer.receipt().redactions).toEqual({ unreadable: 1 });
  });
});

describe('the metadata', () => {
  it('is anonymized everywhere and describes the policy', () => {
    const line = addressAnonymizer().metadata({
      fileFormat: 3,
      url: 'wss://[2001:db8::1]:8443/room?ip=203.0.113.5',
      remoteAddresses: ['203.0.113.5', '::ffff:198.51.100.7', '127.0.0.1'],
      startTime: 1_795_365_315_807,
    });
    expect(JSON.parse(textOf(line))).toEqual({
      fileFormat: 3,
      url: 'wss://[2001:db8:0:x:x:x:x:x]:8443/room?ip=203.0.113.x',
      remoteAddresses: ['203.0.113.x', '0:0:0:x:x:x:x:x', '127.0.0.1'],
      startTime: 1_795_365_315_807,
      privacy: expect.objectContaining({ policy: 'standard', engine: 'rtcstats-privacy/1' }),
    });
  });
});
