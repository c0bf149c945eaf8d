import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonWalk } from './json-walk.ts';

function walked(text: string): { ok: boolean; seen: string[] } {
  const seen: string[] = [];
  const ok = new JsonWalk((value, walk) => seen.push(`${walk.path(() => true)}=${value}`)).walk(text);
  return { ok, seen };
}

describe('JsonWalk', () => {
  it('visits keys, strings and numbers with their paths', () => {
    expect(walked('["g", "PC_0", {"1": {"134": "a\\u0062"}, "t": -1.5e3}, [], {}, true, 4 ]').seen).toEqual([
      '$[0]=g',
      '$[1]=PC_0',
      '$[2]{key}=1',
      '$[2].1{key}=134',
      '$[2].1.134=ab',
      '$[2]{key}=t',
      '$[2].t=-1.5e3',
      '$[6]=4',
    ]);
  });

  it('knows the event, property and position of each text', () => {
    const seen: unknown[] = [];
    new JsonWalk((text, walk) => {
      if (walk.kind === 'value') seen.push([text, walk.event, walk.name, walk.index, walk.first]);
    }).walk('["g","PC_0",{"1":{"134":"a"}},["audio","id","label"]]');
    expect(seen).toEqual([
      ['g', 'getStats', undefined, 0, 'g'],
      ['PC_0', 'getStats', undefined, 1, 'g'],
      ['a', 'getStats', 'address', -1, undefined],
      ['audio', 'getStats', undefined, 0, 'audio'],
      ['id', 'getStats', undefined, 1, 'audio'],
      ['label', 'getStats', undefined, 2, 'audio'],
    ]);
  });

  it('knows events and properties of webrtc-internals dumps', () => {
    const seen: unknown[] = [];
    const show = (text: string, walk: JsonWalk): void => {
      if (text.startsWith('[') || text.startsWith('{')) new JsonWalk(show, walk).walk(text);
      else if (walk.kind === 'value') seen.push([text, walk.event, walk.name]);
    };
    new JsonWalk(show).walk(
      JSON.stringify({
        updateLog: [{ type: 'ontrack', value: '{"label":"a"}' }],
        stats: { 'D-1-label': { values: '["b"]' } },
      }),
    );
    expect(seen).toEqual([
      ['ontrack', 'ontrack', 'type'],
      ['a', 'ontrack', 'label'],
      ['b', undefined, 'label'],
    ]);
  });

  it.each([
    '',
    '[',
    '[1',
    '[1,]',
    '[,1]',
    '{"a"}',
    '{"a":}',
    '{a:1}',
    '{"a":1,}',
    '["a]',
    '[01]',
    '[1.2.3]',
    '[1.]',
    '[nul]',
    '[1]x',
    ']',
    '["\\x"]',
    '[.5]',
    '[-]',
    '{]',
    '[}',
    '[1}',
  ])('rejects %j', (text) => {
    expect(walked(text).ok).toBe(false);
  });

  it('accepts what JSON.parse accepts', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (json, space) => {
        expect(walked(JSON.stringify(JSON.parse(json), null, space)).ok).toBe(true);
      }),
    );
  });

  it('rejects what JSON.parse rejects', () => {
    const json = fc.string({ unit: fc.constantFrom(...'[]{},:"\\u0019.e-+ntrualsf ') });
    fc.assert(
      fc.property(json, (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        if (!valid) expect(walked(text).ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
