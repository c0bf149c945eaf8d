import { describe, expect, it } from 'vitest';
import { addressAnonymizer, anonymized } from '../testing/policies.ts';
import { SessionMemory } from './session-memory.ts';

/** The keys of the object in an event. */
function keysOf(line: string | null): string[] {
  const pairs = line?.match(/"([^"]*)":1/g) ?? [];
  return pairs.map((pair) => pair.slice(1, -3));
}

function eventOf(keys: readonly string[], method = '":x"'): string {
  return `[${method},null,{${keys.map((key) => `${JSON.stringify(key)}:1`).join()}},1]`;
}

describe('addresses as keys', () => {
  it('stay distinct', () => {
    const line = anonymized(
      eventOf(['203.0.113.5', '203.0.113.6', '203.0.113.5:80', '203.0.113.6:80', 'fe80::1', 'fe80::2']),
    );
    expect(keysOf(line)).toEqual([
      '203.0.113.x',
      '203.0.113.x~2',
      '203.0.113.x:80',
      '203.0.113.x:80~2',
      'fe80:0:0:x:x:x:x:x',
      'fe80:0:0:x:x:x:x:x~2',
    ]);
  });

  it('keep their aliases in all messages of a session, on both paths', () => {
    const anonymizer = addressAnonymizer();
    const first = keysOf(anonymized(eventOf(['203.0.113.5', '203.0.113.6']), anonymizer));
    expect(keysOf(anonymized(eventOf(['203.0.113.6']), anonymizer))).toEqual([first[1]]);
    expect(anonymized('["g","PC_0",{"203.0.113.6":{"1":1},"203.0.113.5":null},1]', anonymizer)).toBe(
      `["g","PC_0",{"${first[1]}":{"1":1},"${first[0]}":null},1]`,
    );
    expect(anonymized('[24,"203.0.113.6","checking",1]', anonymizer)).toBe(`[24,"${first[1]}","checking",1]`);
    // Another session does not share the aliases.
    expect(keysOf(anonymized(eventOf(['203.0.113.6'])))).toEqual([first[0]]);
  });

  it('do not collide with keys that look like aliases', () => {
    const anonymizer = addressAnonymizer();
    expect(
      keysOf(anonymized(eventOf(['203.0.113.x', '203.0.113.5', '203.0.113.x~2', '203.0.113.6']), anonymizer)),
    ).toEqual(['203.0.113.x', '203.0.113.x~2', '203.0.113.x~2~2', '203.0.113.x~3']);
  });

  it('stay distinct in an object with more keys than a session remembers', () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`);
    const seen = keysOf(anonymized(eventOf(keys.map((key) => `${key} 203.0.113.5`).concat(keys))));
    expect(new Set(seen).size).toBe(20_000);
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty', '__proto__ 203.0.113.5'])('can occur next to %s', (key) => {
    const line = anonymized(eventOf([key, '203.0.113.5', key]));
    expect(keysOf(line)).toEqual([key.replace('.5', '.x'), '203.0.113.x', key.replace('.5', '.x')]);
  });

  it('get no alias as values', () => {
    expect(anonymized('[":x",null,["203.0.113.5","203.0.113.6"],1]')).toBe(
      '[":x",null,["203.0.113.x","203.0.113.x"],1]',
    );
  });
});

describe('aliases', () => {
  it('never collide, however many there are', () => {
    const memory = new SessionMemory();
    const seen = new Set<string>();
    for (let i = 0; i < 20_000; i++) seen.add(memory.alias(`secret ${i}`, 'x'));
    expect(seen.size).toBe(20_000);
  });

  it('of a key that is not masked are the key itself', () => {
    const memory = new SessionMemory();
    for (let i = 0; i < 10_000; i++) expect(memory.alias(`a-x ${i}`, `a-x ${i}`)).toBe(`a-x ${i}`);
  });
});
