import { describe, expect, it } from 'vitest';
import { Anonymizer, compilePolicy } from '../anonymizer/anonymizer.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';
import { parsePolicy } from './policy-settings.ts';

function clean(settings: unknown, event: unknown): unknown {
  const line = new Anonymizer(compilePolicy(parsePolicy(settings))).message(bytesOf(JSON.stringify(event)));
  return line === null ? null : (JSON.parse(textOf(line)) as unknown);
}

const PSEUDONYM = /^text-[0-9a-f]{10}$/;

describe('events outside the table of the protocol', () => {
  it.each(['join', ':join', 'connectionInfo', '77', '', 'constructor'])('%j is dropped under strict', (method) => {
    expect(clean({ preset: 'strict' }, [method, null, { userId: 'alice' }, 1])).toBeNull();
  });

  it.each(['getStats', 'create', 'identity', 'onaddstream', 'transceiverAdded', 20])('%j is not', (method) => {
    expect(clean({ preset: 'strict' }, [method, null, {}, 1])).not.toBeNull();
  });

  it('can be listed by a name without a colon', () => {
    expect(clean({ customEvents: { default: 'keep', join: 'drop' } }, ['join', null, 'alice', 1])).toBeNull();
    const raw = ['left', null, { mail: 'anna@example.com' }, 1];
    expect(clean({ customEvents: { left: 'keep' } }, raw)).toEqual(raw);
    const policy = parsePolicy({ customEvents: { left: 'keep' } });
    expect(verifyText(`${JSON.stringify(raw)}\n`, policy).clean).toBe(true);
    expect(verifyText(`${JSON.stringify(['create', ...raw.slice(1)])}\n`, policy).clean).toBe(false);
  });
});

describe('pseudonymize', () => {
  const settings = { customEvents: { default: 'pseudonymize', keepFields: ['data.mood', '*.theme'] } };

  it('keeps structure, numbers and technical texts, and replaces every other text', () => {
    const value = { foo: 'Anna', list: ['x y', 'connected'], n: 42, on: true, codec: 'VP8', 'Anna Keller': { at: 3 } };
    const [, , result] = clean(settings, ['mood', null, value, 7]) as [string, null, Record<string, unknown>, number];
    expect(result).toMatchObject({ n: 42, on: true, codec: 'VP8' });
    expect(result['foo']).toMatch(PSEUDONYM);
    expect(result['list']).toEqual([expect.stringMatching(PSEUDONYM), 'connected']);
    expect(Object.keys(result).at(-1)).toMatch(PSEUDONYM);
  });

  it('gives the same text the same pseudonym', () => {
    const [, , value] = clean(settings, [':a', null, { x: 'Anna K', y: 'Anna K', z: 'Bob B' }, 1]) as [
      string,
      null,
      Record<string, string>,
    ];
    expect(value['x']).toBe(value['y']);
    expect(value['x']).not.toBe(value['z']);
  });

  it('scans the fields that stay readable', () => {
    const value = { data: { mood: 'so lala, 203.0.113.7', rest: 'so lala' }, ui: { theme: 'sunflower' } };
    const [, , result] = clean(settings, ['a', null, value, 1]) as [string, null, typeof value];
    expect(result.data.mood).toBe('so lala, 203.0.113.x');
    expect(result.data.rest).toMatch(PSEUDONYM);
    expect(result.ui.theme).toBe('sunflower');
  });

  it('does not concern events of the protocol', () => {
    const state = ['oniceconnectionstatechange', 'PC_0', 'somethingNew', 1];
    expect(clean(settings, state)).toEqual(state);
  });
});
