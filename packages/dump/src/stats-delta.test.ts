import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatsDecompressor } from './stats.ts';
import { mergedValue, StatsDelta } from './stats-delta.ts';
import { StatsProperties } from './stats-properties.ts';

/** What a delta holds, as an object. */
function shown(delta: StatsDelta): object {
  const { full, timestamp, ids, removed, types, timestamps, ends, slots, numbers, others, properties } = delta;
  const reports = ids.slice(0, delta.reports).map((id, at) => {
    const values = Array.from({ length: ends[at]! - (ends[at - 1] ?? 0) }, (_, index) => {
      const value = (ends[at - 1] ?? 0) + index;
      const number = numbers[value]!;
      return [properties.names[slots[value]!], Number.isNaN(number) ? others[value] : number];
    });
    return { id, removed: removed[at], type: types[at], timestamp: timestamps[at], values };
  });
  return { full, timestamp, reports };
}

describe('StatsDelta', () => {
  it('reads the properties that are wanted, by code and by name', () => {
    const delta = new StatsDelta(new StatsProperties(['packetsReceived', 'mid']));
    delta.read({ '1': { '14': 5, '15': 6, mid: 'a', type: 1, t: 7 }, '2': null, t: 8, x: 'text' });
    const none = { type: undefined, timestamp: Number.NaN };
    expect(shown(delta)).toEqual({
      full: false,
      timestamp: 8,
      reports: [
        {
          id: '1',
          removed: false,
          type: 'inbound-rtp',
          timestamp: 7,
          values: [
            ['packetsReceived', 5],
            ['mid', 'a'],
          ],
        },
        { id: '2', removed: true, ...none, values: [] },
      ],
    });
  });

  it('refuses values without statistics', () => {
    const delta = new StatsDelta(new StatsProperties([]));
    for (const value of [null, 'InvalidStateError', [], 7]) expect(delta.read(value)).toBe(false);
    expect(delta.read({})).toBe(true);
    expect(delta.full).toBe(false);
  });

  it('gives back the memory of an event with very many values', () => {
    const delta = new StatsDelta(StatsProperties.all());
    delta.read({ '1': Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`p${index}`, 'text'])) });
    expect(delta.others.length).toBeGreaterThanOrEqual(100_000);
    delta.read({ '1': { jitter: 1 } });
    expect(delta.others.length).toBeLessThan(2000);
    expect(delta.numbers[0]).toBe(1);
  });

  it('leads to the same statistics as the decompressor', () => {
    const key = fc.constantFrom('14', '96', 'mid', 't', 'id', 'timestamp', 'other', '41', '__proto__');
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom<unknown>(1, 'a', '', true, null, 1e308 * 10, [1]),
      fc.dictionary(fc.constantFrom('none', 'cpu'), fc.nat()),
    );
    const id = fc.constantFrom('1', '2', '10', 'a', 'B', 't');
    const properties = fc
      .tuple(fc.dictionary(key, value), fc.constantFrom(undefined, 'codec', 5, 'unheard-of', 999))
      .map(([values, type]) => (type === undefined ? values : { ...values, type }));
    const report = fc.oneof(properties, fc.constant(null));
    const event = fc.oneof(
      fc.dictionary(id, report),
      fc
        .dictionary(fc.constantFrom('1', 'a'), fc.dictionary(key, value))
        .map((full) => Object.fromEntries(Object.entries(full).map(([own, it]) => [own, { ...it, id: own }]))),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 6 }), (events) => {
        const decompressor = new StatsDecompressor();
        const delta = new StatsDelta(StatsProperties.all());
        const reports = new Map<string, Map<string, unknown>>();
        for (const value of events.map((each) => JSON.parse(JSON.stringify(each)) as object)) {
          const expected = decompressor.decompress('PC_0', value);
          delta.read(value);
          fold(reports, delta);
          expect(reports.size).toBe(expected.size);
          for (const [name, values] of reports) {
            const { id: _, timestamp, ...others } = expected.get(name)!;
            const { timestamp: own, ...mine } = Object.fromEntries(values);
            if (typeof timestamp === 'number' && own !== undefined) expect(own).toBe(timestamp);
            expect(mine).toEqual(others);
          }
        }
      }),
    );
  });
});

/** Applies a delta to reports. */
function fold(reports: Map<string, Map<string, unknown>>, delta: StatsDelta): void {
  const { ids, ends, types, slots, numbers, others, properties, removed } = delta;
  const present = new Set(ids.slice(0, delta.reports));
  if (delta.full) for (const id of reports.keys()) if (!present.has(id)) reports.delete(id);
  // The timestamp beside the reports is that of all of them.
  if (delta.timestamp !== undefined) for (const values of reports.values()) values.set('timestamp', delta.timestamp);
  for (let at = 0; at < delta.reports; at++) {
    const id = ids[at]!;
    if (removed[at]) {
      reports.delete(id);
      continue;
    }
    const before = delta.full ? undefined : reports.get(id);
    const values = before ?? new Map<string, unknown>();
    if (before === undefined && delta.timestamp !== undefined) values.set('timestamp', delta.timestamp);
    reports.set(id, values);
    if (types[at] !== undefined) values.set('type', types[at]);
    for (let value = ends[at - 1] ?? 0; value < ends[at]!; value++) {
      const name = properties.names[slots[value]!]!;
      const number = numbers[value]!;
      values.set(name, Number.isNaN(number) ? mergedValue(values.get(name), others[value]) : number);
    }
  }
}
