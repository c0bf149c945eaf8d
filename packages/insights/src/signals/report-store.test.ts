import { describe, expect, it } from 'vitest';
import { ReportStore } from './report-store.ts';

describe('ReportStore', () => {
  it('applies deltas in place and decodes names', () => {
    const store = new ReportStore();
    store.apply({ '1': { '14': 10, type: 1, '18': 'm' }, t: 1000 });
    store.apply({ '1': { '14': 25 }, t: 2000 });
    const report = store.reports.get('1')!;
    expect(report.type).toBe('inbound-rtp');
    expect(report.number('packetsReceived')).toBe(25);
    expect(report.text('mid')).toBe('m');
    expect(store.timestamp).toBe(2000);
  });

  it('removes a report that is null, and says which reports changed', () => {
    const store = new ReportStore();
    store.apply({ '1': { '14': 1, type: 1 }, '2': { '14': 1, type: 1 }, t: 1 });
    store.apply({ '1': null, t: 2 });
    expect(Array.from(store.reports.keys())).toEqual(['2']);
    expect(store.reports.get('2')!.changedAt).toBe(1);
  });

  it('reads full statistics, where only a new timestamp is a change', () => {
    const store = new ReportStore();
    const report = { id: 'A', type: 'remote-inbound-rtp', timestamp: 5, packetsLost: 1 };
    store.apply({ A: report, B: { id: 'B', type: 'codec', timestamp: 9 } });
    store.apply({ A: report });
    expect(store.reports.get('A')!.changedAt).toBe(1);
    expect(store.reports.has('B')).toBe(false);
    store.apply({ A: { ...report, timestamp: 6 } });
    expect(store.reports.get('A')!.changedAt).toBe(3);
  });

  it('drops properties that samples do not need, and reports beyond the limit', () => {
    const store = new ReportStore();
    store.apply({ '1': { packetsLost: 3, ssrc: 1, unheardOf: 1, type: 'inbound-rtp' }, t: 1 });
    expect(store.reports.get('1')!.values.filter((value) => value !== undefined)).toEqual([3]);
    store.apply(Object.fromEntries(Array.from({ length: 6000 }, (_, id) => [`r${id}`, { packetsLost: 1 }])));
    expect(store.reports.size).toBe(5000);
    expect(store.overflowed).toBe(true);
  });

  it('ignores values without statistics', () => {
    const store = new ReportStore();
    for (const value of [null, 'InvalidStateError', [], 7]) expect(store.apply(value)).toBe(false);
  });
});
