import { StatsDecompressor } from '@rtcstats-server/dump';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Statistics } from './statistics.ts';

type Report = { readonly timestamp: number; readonly type?: unknown } & Readonly<Record<string, unknown>>;
type Reports = Readonly<Record<string, Report>>;

/** How these clients compress the statistics of a peer connection, as observed of `@jitsi/rtcstats` 9.7.1. */
function compress(before: Reports, reports: Reports): Record<string, unknown> {
  const newest = Math.max(...Object.values(reports).map(({ timestamp }) => timestamp));
  const compressed = Object.entries(reports).map(([id, report]) => {
    const changed = Object.entries(report).filter(([name, value]) => before[id]?.[name] !== value);
    const hoisted = changed.map(([name, value]) => [name, name === 'timestamp' && value === newest ? 0 : value]);
    return [id, Object.fromEntries(hoisted)];
  });
  return Object.fromEntries([...compressed, ['timestamp', newest]]);
}

const report = fc
  .tuple(fc.dictionary(fc.constantFrom('type', 'packetsSent', 'bytesSent', 'state', 'unheardOf'), fc.nat(3)), fc.nat(3))
  .map(([values, age]) => ({ values, age }));
const polls = fc.array(fc.dictionary(fc.constantFrom('A', 'B', 'C', 'ROA', '17'), report, { minKeys: 1 }), {
  minLength: 1,
  maxLength: 8,
});

describe('statistics of other clients', () => {
  it('are the same after conversion, with the time of each report and without those that are gone', () => {
    fc.assert(
      fc.property(polls, (all) => {
        const statistics = new Statistics(true);
        const decompressor = new StatsDecompressor();
        let before: Reports = {};
        for (const [poll, reports] of all.entries()) {
          const now: Reports = Object.fromEntries(
            Object.entries(reports).map(([id, { values, age }]) => {
              // Properties stay once they were there, as in browsers, and times do not run backwards.
              const timestamp = Math.max(before[id]?.timestamp ?? 0, 1_795_800_000_000 + 10 * poll - age);
              return [id, { ...before[id], ...values, timestamp }];
            }),
          );
          const converted = JSON.parse(JSON.stringify(statistics.convert('PC_0', compress(before, now))));
          const got = Object.fromEntries(decompressor.decompress('PC_0', converted));
          const expected = Object.entries(now).map(([id, { type, ...rest }]: [string, Report]) => [
            id,
            { id, ...rest, ...(type !== undefined && { type: expect.anything() }) },
          ]);
          expect(got).toEqual(Object.fromEntries(expected));
          before = now;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('have the codes of this protocol, and leave out reports without changes', () => {
    const statistics = new Statistics(true);
    const first = { T1: { timestamp: 0, type: 'transport', bytesSent: 1 }, P: { timestamp: 5 }, timestamp: 10 };
    expect(statistics.convert('PC_0', first)).toEqual({ T1: { type: 5, 80: 1 }, P: { t: 5 }, t: 10 });
    const second = { T1: { timestamp: 0 }, P: {}, timestamp: 20 };
    expect(statistics.convert('PC_0', second)).toEqual({ P: { t: 5 }, t: 20 });
    expect(statistics.convert('PC_0', { T1: { timestamp: 0 }, timestamp: 30 })).toEqual({ P: null, t: 30 });
  });

  it('keep a report that is missing where the client leaves out those without changes', () => {
    const statistics = new Statistics(false);
    statistics.convert('PC_0', { A: { timestamp: 0, ssrc: 1 }, B: { timestamp: 0 }, timestamp: 10 });
    expect(statistics.convert('PC_0', { B: { timestamp: 0, ssrc: 2 }, timestamp: 20 })).toEqual({
      B: { 10: 2 },
      t: 20,
    });
  });

  it('are converted without memory beyond a limit, and again when a connection was closed', () => {
    const statistics = new Statistics(true);
    const reports = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`report ${i}`, { ssrc: i }]));
    for (let i = 0; i < 100; i++) statistics.convert(`PC_${i}`, reports);
    expect(Object.keys(statistics.convert('PC_99', {}))).toEqual([]);
    expect(Object.keys(statistics.convert('PC_0', {}))).toHaveLength(100);
    for (let i = 0; i < 99; i++) statistics.forget(`PC_${i}`);
    statistics.convert('PC_99', reports);
    expect(Object.keys(statistics.convert('PC_99', {}))).toHaveLength(100);
  });

  it.each([{ t: {} }, { A: null }, { A: 'text' }, { A: [] }, { timestamp: 'now' }])('ignore %j', (value) => {
    expect(new Statistics(true).convert('PC_0', value)).toEqual({});
  });

  it('treat the name __proto__ like any other', () => {
    const value = JSON.parse('{"__proto__": {"__proto__": 1, "ssrc": 2}}');
    expect(JSON.stringify(new Statistics(true).convert('PC_0', value))).toBe(
      '{"__proto__":{"__proto__":1,"10":2}}'.replace('{"__proto__":1,"10":2}', '{"10":2,"__proto__":1}'),
    );
  });
});
