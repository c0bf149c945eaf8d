import { describe, expect, it } from 'vitest';
import { statsRows } from './internals-stats.ts';

const START = Date.UTC(2026, 2, 1, 10);

/** Series of one report; times are milliseconds after START. */
function series(report: string, statsType: string, properties: Record<string, [from: number, to: number, unknown[]]>) {
  return Object.fromEntries(
    Object.entries(properties).map(([name, [from, to, values]]) => [
      `${report}-${name}`,
      {
        startTime: new Date(START + from).toISOString(),
        endTime: new Date(START + to).toISOString(),
        statsType,
        values: JSON.stringify(values),
      },
    ]),
  );
}

/** The values of the rows, with times relative to START. */
function rows(stats: object): unknown[] {
  return Array.from(statsRows({ stats }), ({ time, value }) => ({ ...value, t: time - START }));
}

describe('statistics', () => {
  it('are changes at the times of their reports', () => {
    const timestamp = [START, START + 1002, START + 1999];
    const stats = Object.assign(
      {},
      series('T01', 'transport', {
        timestamp: [0, 1999, timestamp],
        bytesSent: [0, 1999, [1, 1, 3]],
        dtlsState: [0, 1999, ['new', 'connected', 'connected']],
        '[bytesSent_in_bits/s]': [1002, 1999, [0, 16]],
      }),
    );
    expect(rows(stats)).toEqual([
      { t: 0, T01: { type: 'transport', bytesSent: 1, dtlsState: 'new' } },
      { t: 1002, T01: { dtlsState: 'connected' } },
      { t: 1999, T01: { bytesSent: 3 } },
    ]);
  });

  it('have properties that came later, and reports that came later or ended', () => {
    const stats = Object.assign(
      {},
      series('T01', 'transport', {
        bytesSent: [0, 3000, [1, 2, 3, 4]],
        selectedCandidatePairId: [2000, 3000, ['P', 'P']],
      }),
      series('P', 'candidate-pair', { state: [1000, 2000, ['waiting', 'failed']] }),
    );
    expect(rows(stats)).toEqual([
      { t: 0, T01: { type: 'transport', bytesSent: 1 } },
      { t: 1000, T01: { bytesSent: 2 }, P: { type: 'candidate-pair', state: 'waiting' } },
      { t: 2000, T01: { bytesSent: 3, selectedCandidatePairId: 'P' }, P: { state: 'failed' } },
      { t: 3000, T01: { bytesSent: 4 }, P: null },
    ]);
  });

  it('keep the own times of reports about the remote peer, which repeat while nothing arrives', () => {
    const stats = Object.assign(
      {},
      series('T01', 'transport', { bytesSent: [0, 3000, [1, 2, 3, 4]] }),
      series('R', 'remote-inbound-rtp', {
        timestamp: [500, 1500, [START + 500, START + 1500, START + 1500]],
        roundTripTime: [500, 1500, [0.1, 0.2, 0.2]],
      }),
    );
    expect(rows(stats).slice(1)).toEqual([
      { t: 1000, T01: { bytesSent: 2 }, R: { type: 'remote-inbound-rtp', roundTripTime: 0.1, timestamp: START + 500 } },
      { t: 2000, T01: { bytesSent: 3 }, R: { roundTripTime: 0.2, timestamp: START + 1500 } },
      { t: 3000, T01: { bytesSent: 4 }, R: { timestamp: START + 1500 } },
    ]);
  });
});
