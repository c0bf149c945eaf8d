import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statsPropertyCode, statsTypeCode } from './names.ts';
import { DumpReader } from './reader.ts';
import { StatsDecompressor, type StatsReports } from './stats.ts';
import { STATS_TYPE_CODES } from './tables.ts';

const recordings = new URL('../../../test/recordings/', import.meta.url);

function decompressAll(...values: unknown[]): Record<string, unknown> {
  const decompressor = new StatsDecompressor();
  let reports: StatsReports = new Map();
  for (const value of values) reports = decompressor.decompress('PC_0', value);
  return Object.fromEntries(reports);
}

describe('StatsDecompressor', () => {
  test('puts names for numbers and the hoisted timestamp into the reports', () => {
    expect(decompressAll({ 0: { 41: 5, type: 5, psnrSum: 1 }, 1: { type: 'new-type', t: 6 }, t: 9 })).toEqual({
      0: { id: '0', bytesReceived: 5, type: 'transport', psnrSum: 1, timestamp: 9 },
      1: { id: '1', type: 'new-type', timestamp: 6 },
    });
  });

  test('keeps what a delta does not name and drops what it calls gone', () => {
    const first = { 0: { 41: 5, 80: 1, type: 5 }, 1: { type: 14 }, 2: { type: 7 }, t: 9 };
    expect(decompressAll(first, { 0: { 80: 2 }, 1: null, t: 10 })).toEqual({
      0: { id: '0', bytesReceived: 5, bytesSent: 2, type: 'transport', timestamp: 10 },
      2: { id: '2', type: 'local-candidate', timestamp: 10 },
    });
  });

  test('merges objects and replaces lists', () => {
    const first = { 0: { 96: { none: 1, cpu: 0 }, 168: [1, 2] }, t: 1 };
    expect(decompressAll(first, { 0: { 96: { none: 2 }, 168: [3] }, t: 2 })).toEqual({
      0: { id: '0', qualityLimitationDurations: { none: 2, cpu: 0 }, psnrSum: [3], timestamp: 2 },
    });
  });

  test('takes reports that hold their own ids for all there are', () => {
    const first = { A: { id: 'A', type: 'codec', timestamp: 1 }, B: { id: 'B', type: 'codec', timestamp: 1 } };
    expect(decompressAll(first, { B: { id: 'B', type: 'codec', timestamp: 2, extra: 1 } })).toEqual({
      B: { id: 'B', type: 'codec', timestamp: 2, extra: 1 },
    });
  });

  test('keeps connections apart and forgets one', () => {
    const decompressor = new StatsDecompressor();
    decompressor.decompress('PC_0', { 0: { type: 5 } });
    decompressor.decompress('PC_1', { 0: { type: 6 } });
    expect(decompressor.decompress('PC_0', {}).get('0')?.type).toBe('transport');
    decompressor.forget('PC_0');
    expect(decompressor.decompress('PC_0', {}).size).toBe(0);
    expect(decompressor.decompress('PC_1', {}).get('0')?.type).toBe('candidate-pair');
  });

  test('does not change what it returned before', () => {
    const decompressor = new StatsDecompressor();
    const before = decompressor.decompress('PC_0', { 0: { 96: { none: 1 }, type: 2 }, t: 1 });
    const copy = structuredClone(before);
    decompressor.decompress('PC_0', { 0: { 96: { none: 2 }, 41: 1 }, 1: { type: 5 }, t: 2 });
    decompressor.decompress('PC_0', { 0: null, t: 3 });
    expect(before).toEqual(copy);
  });

  test('never throws and never pollutes, whatever the values', () => {
    const keys = fc.constantFrom('0', 't', 'type', '96', '__proto__', 'constructor', 'id', 'timestamp');
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 3 }, fc.constant(null), fc.integer(), fc.string(), tie('list'), tie('object')),
      list: fc.array(tie('any'), { maxLength: 3 }),
      object: fc.array(fc.tuple(keys, tie('any')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    })).any;
    fc.assert(
      fc.property(fc.array(value, { maxLength: 4 }), (values) => {
        decompressAll(...values);
        expect(Object.getPrototypeOf({})).toBe(Object.prototype);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});

type Full = Record<string, Record<string, unknown>>;

/** The client's side of the bargain, as the reference describes it. */
function compress(base: Full, next: Full): Record<string, unknown> {
  const newest = Math.max(...Object.values(next).map((report) => report['timestamp'] as number));
  const delta: Record<string, unknown> = {};
  for (const [id, report] of Object.entries(next)) {
    const changed: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(report)) {
      const before = base[id]?.[name];
      if (name === 'timestamp' ? value === newest : JSON.stringify(value) === JSON.stringify(before)) continue;
      if (name === 'type') changed[name] = statsTypeCode(value as string);
      else changed[statsPropertyCode(name)] = isObject(value) && isObject(before) ? leftOut(before, value) : value;
    }
    if (Object.keys(changed).length > 0) delta[id] = changed;
  }
  for (const id of Object.keys(base)) if (!(id in next)) delta[id] = null;
  return Object.keys(next).length > 0 ? { ...delta, t: newest } : delta;
}

function leftOut(before: Record<string, unknown>, value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key, member]) => before[key] !== member));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

test('undoes what the client does', () => {
  const report = fc.record({
    type: fc.constantFrom(...Object.keys(STATS_TYPE_CODES)),
    timestamp: fc.integer({ min: 1, max: 3 }),
    bytesSent: fc.nat({ max: 2 }),
    qualityLimitationReason: fc.constantFrom('none', 'cpu'),
    qualityLimitationDurations: fc.record({ none: fc.nat({ max: 2 }), cpu: fc.nat({ max: 2 }) }),
    perDscpPacketsSent: fc.array(fc.nat({ max: 2 }), { maxLength: 2 }),
    somethingNew: fc.boolean(),
  });
  const statistics = fc.array(fc.tuple(fc.constantFrom('0', '1', '2', '10'), report), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(statistics, { maxLength: 8 }), (history) => {
      const decompressor = new StatsDecompressor();
      let base: Full = {};
      for (const entries of history) {
        const next: Full = Object.fromEntries(entries);
        const wire: unknown = JSON.parse(JSON.stringify(compress(base, next)));
        const expected = Object.entries(next).map(([id, content]) => [id, { ...content, id }]);
        expect(Object.fromEntries(decompressor.decompress(null, wire))).toEqual(Object.fromEntries(expected));
        base = next;
      }
    }),
  );
});

const names = readdirSync(recordings).filter((name) => name.endsWith('.raw') || name.endsWith('rtcstats_dump.gz'));
test.each(names)('%s: complete reports with counters that never fall', async (name) => {
  const file = await readFile(new URL(name, recordings));
  const dump = name.endsWith('.raw') ? Buffer.concat([Buffer.from('RTCStatsDump\n{}\n'), file]) : file;
  const decompressor = new StatsDecompressor();
  const last = new Map<string, number>();
  let events = 0;
  for await (const event of await DumpReader.open(dump)) {
    if (event.method !== 'getStats') continue;
    events += 1;
    const reports = decompressor.decompress(event.scope, event.value);
    expect(reports.size).toBeGreaterThan(3);
    for (const [id, report] of reports) {
      expect(report).toMatchObject({ id, type: expect.stringMatching(/^[a-z-]+$/), timestamp: expect.any(Number) });
      expect(Object.keys(report).filter((property) => /^\d+$/.test(property))).toEqual([]);
      for (const counter of ['bytesSent', 'packetsReceived', 'framesDecoded']) {
        const value = report[counter];
        if (typeof value !== 'number') continue;
        const key = `${event.scope} ${id} ${counter}`;
        expect(value).toBeGreaterThanOrEqual(last.get(key) ?? 0);
        last.set(key, value);
      }
    }
  }
  expect(events).toBeGreaterThan(20);
  expect(last.size).toBeGreaterThan(3);
});

test('a report that the browser took back is gone, in deltas and in full statistics', async () => {
  const counts = async (dump: string | Uint8Array, scope: string) => {
    const decompressor = new StatsDecompressor();
    const sizes = new Set<number>();
    for await (const event of await DumpReader.open(dump)) {
      if (event.method === 'getStats' && event.scope === scope) {
        sizes.add(decompressor.decompress(scope, event.value).size);
      }
    }
    return [...sizes];
  };
  const chromium = await readFile(new URL('chromium-loopback.rtcstats_dump.gz', recordings));
  expect(await counts(chromium, '8-1')).toEqual([34, 36, 30]);
  const client = await readFile(new URL('chromium-loopback.raw', recordings), 'utf8');
  const sizes = await counts(`RTCStatsDump\n{}\n${client}`, 'PC_0');
  expect(Math.min(...sizes.slice(1))).toBeLessThan(Math.max(...sizes));
});
