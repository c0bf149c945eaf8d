import { StatsDelta } from '@rtcstats-server/dump';
import { describe, expect, it } from 'vitest';
import { P, PROPERTIES } from './properties.ts';
import { ReportPool } from './report-pool.ts';
import { ReportStore } from './report-store.ts';

const delta = new StatsDelta(PROPERTIES);

function apply(store: ReportStore, ...values: readonly object[]): void {
  for (const value of values) {
    expect(delta.read(value)).toBe(true);
    store.apply(delta, 1000);
  }
}

function storeOf(...values: readonly object[]): ReportStore {
  const store = new ReportStore();
  apply(store, ...values);
  return store;
}

describe('ReportStore', () => {
  it('applies deltas in place and decodes names', () => {
    const store = storeOf({ '1': { '14': 10, type: 1, '18': 'm' }, t: 1000 }, { '1': { '14': 25 }, t: 2000 });
    const report = store.get('1')!;
    expect(report.type).toBe('inbound-rtp');
    expect(report.number(P.packetsReceived)).toBe(25);
    expect(report.text(P.mid)).toBe('m');
    expect(store.timestamp).toBe(2000);
  });

  it('merges objects, and leaves those of the event as they are', () => {
    const durations = { none: 1, cpu: 0 };
    const store = storeOf({ '1': { '96': durations } }, { '1': { '96': { none: 3 } } });
    expect(store.get('1')!.value(P.qualityLimitationDurations)).toEqual({ none: 3, cpu: 0 });
    expect(durations).toEqual({ none: 1, cpu: 0 });
  });

  it('removes a report that is null, and says which reports changed', () => {
    const store = storeOf({ '1': { '14': 1, type: 1 }, '2': { '14': 1, type: 1 }, t: 1 }, { '1': null, t: 2 });
    expect(store.ofType('inbound-rtp').map(({ id }) => id)).toEqual(['2']);
    expect(store.get('2')!.changedAt).toBe(1);
    expect(store.get('1')).toBeUndefined();
  });

  it('reads full statistics, where only a new timestamp is a change and missing values are gone', () => {
    const report = { id: 'A', type: 'remote-inbound-rtp', timestamp: 5, packetsLost: 1 };
    const store = storeOf({ A: { ...report, jitter: 1 }, B: { id: 'B', type: 'codec', timestamp: 9 } }, { A: report });
    expect(store.get('A')!.changedAt).toBe(1);
    expect(store.get('A')!.number(P.jitter)).toBeUndefined();
    expect(store.has('B')).toBe(false);
    apply(store, { A: { ...report, timestamp: 6 } });
    expect(store.get('A')!.changedAt).toBe(3);
    expect(store.timestamp).toBe(6);
  });

  it('knows when a report was collected', () => {
    const store = storeOf({ '1': { '14': 1 }, '2': { '14': 1, t: 90 }, t: 100 });
    expect(store.timestampOf(store.get('1')!)).toBe(100);
    expect(store.timestampOf(store.get('2')!)).toBe(90);
    apply(store, { '1': { '14': 2 }, t: 200 });
    expect(store.timestampOf(store.get('2')!)).toBe(200);
  });

  it('has reports in the order of the keys of an object', () => {
    const store = storeOf(
      { b: { type: 5 }, '10': { type: 5 }, a: { type: 5 }, '9': { type: 5 }, '007': { type: 5 } },
      { '9': null, b: null },
      { b: { type: 5 }, '9': { type: 5 }, '2': { type: 'transport' } },
    );
    expect(store.ofType('transport').map(({ id }) => id)).toEqual(['2', '9', '10', 'a', '007', 'b']);
  });

  it('follows a report whose type comes late or changes', () => {
    const store = storeOf({ '1': { '14': 1 } }, { '1': { type: 1 } });
    expect(store.ofType('inbound-rtp')).toHaveLength(1);
    apply(store, { '1': { type: 'codec' } });
    expect(store.ofType('inbound-rtp')).toHaveLength(0);
    expect(store.ofType('codec')).toHaveLength(1);
  });

  it('has no value for what is not of the kind of its property', () => {
    const store = storeOf({ '1': { packetsLost: 3, jitter: 1, mid: 'a' } });
    apply(store, { '1': { packetsLost: '4', jitter: null, mid: 5 } });
    const report = store.get('1')!;
    expect([report.number(P.packetsLost), report.number(P.jitter), report.text(P.mid)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('drops reports beyond the limit of a connection', () => {
    const store = storeOf(Object.fromEntries(Array.from({ length: 6000 }, (_, id) => [`r${id}`, { packetsLost: 1 }])));
    expect(store.size).toBe(5000);
    expect(store.overflowed).toBe(true);
  });

  it('drops reports beyond the limit of all connections, until others are gone', () => {
    const pool = new ReportPool(3);
    const [first, second] = [new ReportStore(pool), new ReportStore(pool)];
    apply(first, { '1': { jitter: 1 }, '2': { jitter: 1 } });
    apply(second, { '1': { jitter: 1 }, '2': { jitter: 1 } });
    expect(second.size).toBe(1);
    expect(second.overflowed).toBe(true);
    first.close();
    apply(second, { '2': { jitter: 1 }, '3': { jitter: 1 }, '1': null });
    expect(second.size).toBe(2);
  });
});
