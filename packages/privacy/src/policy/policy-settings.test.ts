import { METHOD_CODES } from '@rtcstats-server/dump';
import { describe, expect, it } from 'vitest';
import { Anonymizer } from '../anonymizer/anonymizer.ts';
import { compilePolicy } from '../anonymizer/compiled-policy.ts';
import { verifyText } from '../verifier/verifier.ts';
import { CLASS_METHODS, DATA_CLASSES, presetPolicy } from './policy.ts';
import { parsePolicy, policySettings } from './policy-settings.ts';
import { PolicyError } from './settings-reader.ts';

function problemsOf(settings: unknown): string[] {
  try {
    parsePolicy(settings);
  } catch (error) {
    if (error instanceof PolicyError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

/** An anonymizer with these settings, and a function that sends it one event. */
function session(settings: unknown): { send(event: unknown): unknown; anonymizer: Anonymizer } {
  const anonymizer = new Anonymizer(compilePolicy(parsePolicy(settings)));
  return {
    anonymizer,
    send(event) {
      const line = anonymizer.message(new TextEncoder().encode(JSON.stringify(event)));
      return line === null ? null : JSON.parse(new TextDecoder().decode(line));
    },
  };
}

describe('settings', () => {
  it.each(['standard', 'strict', 'compatible'] as const)('with only preset: %s give that preset', (preset) => {
    expect(parsePolicy({ preset })).toEqual(presetPolicy(preset));
    expect(parsePolicy(policySettings(presetPolicy(preset)))).toEqual(presetPolicy(preset));
  });

  it('can be empty', () => {
    expect(parsePolicy(undefined)).toEqual(presetPolicy('standard'));
    expect(parsePolicy({ ipAddresses: null })).toEqual(presetPolicy('standard'));
  });

  it('set each class to each of its methods', () => {
    for (const name of DATA_CLASSES) {
      for (const method of CLASS_METHODS[name]) {
        const policy = parsePolicy({ preset: 'compatible', [name]: method });
        expect(name === 'ipAddresses' ? policy.ipAddresses.method : policy.classes[name]).toBe(method);
      }
    }
  });

  it('survive a round trip through a policy', () => {
    const policy = parsePolicy({
      preset: 'strict',
      ipAddresses: { method: 'truncate', ipv4Bits: 16, keepNetworks: ['10.0.0.0/8'] },
      pageUrl: { method: 'pseudonymize', keepSegments: ['room'] },
      identifiers: { keepOpaque: true },
      deviceNames: { keepLabels: ['chat'], keepUsbIds: false },
      customEvents: { default: 'pseudonymize', keepFields: ['data.quality'], ':chat': 'drop', join: 'scan' },
      rules: [{ name: 'badge', pattern: 'B-\\d{4}', events: [':login'], paths: ['data.badge'], method: 'remove' }],
    });
    expect(policy.ipAddresses).toMatchObject({ method: 'truncate', ipv4Bits: 16, ipv6Bits: 48 });
    expect(parsePolicy(policySettings(policy))).toEqual(policy);
    expect(Object.isFrozen(policy.rules[0]?.events)).toBe(true);
  });
});

describe('derive', () => {
  const all = (value: boolean): object => ({ addressClass: value, networkGroup: value, addressGroup: value });

  it.each([
    [{}, all(true)],
    [{ preset: 'strict' }, all(false)],
    [{ derive: false }, all(false)],
    [{ preset: 'strict', derive: true }, all(true)],
    [{ derive: { addressGroup: false } }, { ...all(true), addressGroup: false }],
    [{ ipAddresses: 'truncate' }, all(true)],
    // Where no part of an address is kept, nothing is derived unless the operator asks for it.
    [{ ipAddresses: 'remove' }, all(false)],
    [{ ipAddresses: { ipv4Bits: 0, ipv6Bits: 0 } }, all(false)],
    [
      { ipAddresses: 'remove', derive: { addressClass: true } },
      { ...all(false), addressClass: true },
    ],
  ])('of %j', (settings, expected) => {
    const policy = parsePolicy(settings);
    expect(policy.derive).toEqual(expected);
    expect(parsePolicy(policySettings(policy))).toEqual(policy);
  });

  it('has no other settings', () => {
    expect(problemsOf({ derive: { addressClass: 1, subnet: true } }).map((problem) => problem.split(':')[0])).toEqual([
      'derive.subnet',
      'derive.addressClass',
    ]);
    expect(problemsOf({ derive: 'all' })).toHaveLength(1);
  });
});

describe('problems', () => {
  it('are all reported, each with its key', () => {
    expect(
      problemsOf({
        preset: 'lax',
        deviceName: 'remove',
        deviceNames: { method: 'mask', keepUsbIds: 'yes' },
        ipAddresses: { method: 'remove', ipv4Bits: 24, ipv6Bits: 47, keepNetworks: ['10.0.0.0/8', 'fe80::1%eth0/64'] },
        identifiers: { keepOpaque: 'yes' },
        pageUrl: { keepSegments: ['a/b'] },
        customEvents: { getStats: 'drop', ':chat': 'hide', keepFields: ['a b'] },
        rules: [
          { name: 'Badge', pattern: '(' },
          { name: 'badge', pattern: '(?=a)a', method: 'mask', event: [] },
          { name: 'badge', pattern: 'a*' },
        ],
      }).map((problem) => problem.replace(/: .*/s, '')),
    ).toEqual([
      'deviceName',
      'preset',
      'ipAddresses.keepNetworks[1]',
      'ipAddresses.ipv4Bits',
      'ipAddresses.ipv6Bits',
      'deviceNames.method',
      'deviceNames.keepUsbIds',
      'pageUrl.keepSegments[0]',
      'identifiers.keepOpaque',
      'customEvents.getStats',
      'customEvents.:chat',
      'customEvents.keepFields[0]',
      'rules[0].name',
      'rules[0].pattern',
      'rules[1].event',
      'rules[1].pattern',
      'rules[1].method',
      'rules[2].name',
      'rules[2].pattern',
    ]);
  });

  it.each([
    [[]],
    ['standard'],
    [7],
    [{ rules: {} }],
    [{ rules: ['x'] }],
    [JSON.parse('{"__proto__": {"preset": "x"}}')],
  ])('are found in %j', (settings) => expect(problemsOf(settings)).not.toEqual([]));

  it('list the methods of the class', () => {
    expect(problemsOf({ userAgent: 'encrypt' })).toEqual([
      'userAgent: "encrypt" is not allowed; allowed: keep or truncate',
    ]);
  });
});

describe('labels of data channels', () => {
  it.each(['standard', 'strict'])('that the operator keeps stay under %s, and no other labels', (preset) => {
    const { send } = session({ preset, deviceNames: { keepLabels: ['chat', 'camera'] } });
    const own = ['createDataChannel', 'PC_0', ['chat', { ordered: true }], 1];
    expect(send(own)).toEqual(own);
    const received = [METHOD_CODES.ondatachannel, 'PC_0', [1, 'chat'], 1];
    expect(send(received)).toEqual(received);
    expect(JSON.stringify(send(['createDataChannel', 'PC_0', ['chat-anna'], 1]))).not.toContain('chat-anna');
    expect(JSON.stringify(send(['addTrack', 'PC_0', ['video', '1', 'camera'], 1]))).not.toContain('camera"');
  });
});

describe('custom events', () => {
  const chat = [':chat', null, { text: 'write to anna@example.com' }, 1];

  it('are dropped, scanned or kept by name', () => {
    const { send, anonymizer } = session({ customEvents: { default: 'drop', ':chat': 'keep', ':note': 'scan' } });
    expect(send(chat)).toEqual(chat);
    expect(anonymizer.receipt().redactions).toEqual({});
    expect(send([':note', ...chat.slice(1)])).toEqual([':note', null, { text: 'write to [email]' }, 1]);
    expect(send([':other', null, 1, 1])).toBeNull();
    expect(send(['close', null, 1, 1])).not.toBeNull();
    expect(anonymizer.receipt()).toMatchObject({ redactions: { contact: 1 }, dropped: { custom: 1 } });
  });
});

it('kept events do not quarantine their dump; other events, and names of events, do', () => {
  const policy = parsePolicy({ customEvents: { ':chat': 'keep' } });
  const verdictOf = (event: unknown) => verifyText(`${JSON.stringify(event)}\n`, policy).clean;
  const value = { text: ['anna@example.com', '{"a":"203.0.113.7"}'] };
  expect(verdictOf([':chat', null, value, 1])).toBe(true);
  expect(verdictOf([':note', null, value, 1])).toBe(false);
  expect(verdictOf([':chat anna@example.com', null, 1, 1])).toBe(false);
  expect(verdictOf(['constructor', null, value, 1])).toBe(false);
});

describe('operator rules', () => {
  it('apply to every text and key, including technical words, and are counted by name', () => {
    const { send, anonymizer } = session({ rules: [{ name: 'badge', pattern: 'B\\d{4}' }] });
    const code = METHOD_CODES.setLocalDescriptionOnFailure;
    expect(send([code, 'PC_1', 'B1234', 2])).toEqual([code, 'PC_1', '[badge]', 2]);
    expect(send([':x', null, { B1234: ['of B1234 and B5678'] }, 2])).toEqual([
      ':x',
      null,
      { '[badge]': ['of [badge] and [badge]'] },
      2,
    ]);
    expect(anonymizer.receipt().redactions).toEqual({ 'rule:badge': 4 });
  });

  it('see through escapes and JSON text', () => {
    const { send } = session({ rules: [{ name: 'badge', pattern: 'B-\\d{4}' }] });
    expect(JSON.stringify(send([':x', null, ['B%2D1234', '{"a":"B-1234"}'], 2]))).not.toContain('1234');
  });

  it('apply only to the listed events and paths', () => {
    const { send } = session({
      rules: [{ name: 'badge', pattern: '\\d+', events: [':in'], paths: ['data.*.badge', 'list'] }],
    });
    const value = { data: { one: { badge: '17', age: '17' } }, list: ['17', { badge: '17' }], badge: '17' };
    expect(send([':in', null, value, 2])).toEqual([
      ':in',
      null,
      { data: { one: { badge: '[badge]', age: '17' } }, list: ['[badge]', { badge: '17' }], badge: '17' },
      2,
    ]);
    expect(send([':out', null, value, 2])).toEqual([':out', null, value, 2]);
  });

  it('replace the first group, if any, with a stable pseudonym', () => {
    const { send } = session({ rules: [{ name: 'customer', pattern: 'customer (\\w+)', method: 'pseudonymize' }] });
    const [, , texts] = send([':x', null, ['customer Anna', 'the customer Anna calls'], 1]) as [string, null, string[]];
    expect(texts[0]).toMatch(/^customer customer-[0-9a-f]{10}$/);
    expect(texts[1]).toBe(`the ${texts[0]} calls`);
  });

  it('leave nothing readable where they overlap with a class', () => {
    const { send } = session({ rules: [{ name: 'net', pattern: '203\\.0' }] });
    expect(JSON.stringify(send([':x', null, 'from 203.0.113.7', 1]))).not.toMatch(/113\.7/);
  });

  it('apply to texts that a class keeps', () => {
    const id = '0b6f2c1e-8d4b-4c55-9c0a-0f5d1f6f2a11';
    const { send } = session({ rules: [{ name: 'ids', pattern: '0b6f.*' }] });
    expect(send(['identity', null, { user: id }, 1])).toEqual(['identity', null, { user: '[ids]' }, 1]);
  });
});
