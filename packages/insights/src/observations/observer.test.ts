import { describe, expect, it } from 'vitest';
import { ConnectionFacts } from '../setup/connection-facts.ts';
import type { Definition, Detector } from './detector.ts';
import { Observer } from './observer.ts';

const definition = (name: string): Definition => ({
  name,
  category: 'network',
  scope: 'connection',
  severity: '',
  signal: '',
  caveats: [],
  meaning: '',
  advice: '',
  source: '',
});

const found = { severity: 'low', direction: null, intervals: [[1.4, 2.6]], evidence: {} } as const;

function detector(name: string, fails: boolean): Detector {
  const step = (): void => {
    if (fails) throw new RangeError('broken');
  };
  return { definition: definition(name), watch: () => ({ event: step, sample: step, end: () => [found] }) };
}

const sample = {
  time: 1,
  previous: 0,
  elapsed: 1,
  gap: false,
  standstill: false,
  path: undefined,
  inbound: [],
  outbound: [],
};

describe('Observer', () => {
  it('goes on without a detector that fails', () => {
    const observer = new Observer([detector('broken', true), detector('sound', false)]);
    const facts = new ConnectionFacts('PC_0', 0);
    observer.open(facts);
    observer.sample(sample, facts);
    observer.sample(sample, facts);
    expect(observer.result(10)).toMatchObject([{ name: 'sound', from: 1, to: 3, intervals: [[1, 3]] }]);
    expect(Array.from(observer.failed)).toEqual([['broken', 'RangeError']]);
  });

  it('says where something was observed', () => {
    const observer = new Observer([
      { definition: { ...definition('client'), scope: 'client' }, watchClient: () => ({ end: () => [found] }) },
      { definition: definition('connection'), watch: () => ({ end: () => [found] }) },
      {
        definition: { ...definition('track'), scope: 'track' },
        watch: () => ({ end: () => [{ ...found, track: 'T', severity: 'high' }] }),
      },
    ]);
    observer.open(new ConnectionFacts('PC_0', 0));
    expect(observer.result(10).map(({ scope }) => scope)).toEqual([
      { type: 'track', connection: 'PC_0', track: 'T' },
      { type: 'connection', connection: 'PC_0' },
      { type: 'client' },
    ]);
  });
});
