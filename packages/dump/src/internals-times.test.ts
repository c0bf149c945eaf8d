import { describe, expect, it, test } from 'vitest';
import type { DumpEvent } from './event.ts';
import type { InternalsDump } from './internals.ts';
import { internalsEvents } from './internals-events.ts';
import { internalsPeriod } from './internals-times.ts';

const START = Date.UTC(2026, 2, 1, 10);

function eventsOf(dump: object): DumpEvent[] {
  return [...internalsEvents(dump as InternalsDump)];
}

describe('dates in the language of the browser', () => {
  test.each([
    ['3/1/2026, 12:00:07 PM', 12],
    ['3/1/2026, 12:00:07 AM', 0],
    ['01/03/2026, 12:00:07', 12],
    ['1.3.2026, 12:00:07', 12],
    ['2026/3/1 12:00:07', 12],
    ['2026-03-01 12:00:07', 12],
    ['01/03/2026, 12:00:07 pm', 12],
  ])('%s', (time, hour) => {
    const dump = { PeerConnections: { '8-1': { updateLog: [{ type: 'close', value: '', time }] } } };
    expect(internalsPeriod(dump as InternalsDump)?.start).toBe(Date.UTC(2026, 2, 1, hour, 0, 7));
  });

  it('are moved to UTC by the statistics, which begin at about the same time', () => {
    const connection = {
      updateLog: [{ type: 'createOffer', value: '', time: '1.3.2026, 15:30:01' }],
      stats: {
        'T01-bytesSent': {
          startTime: '2026-03-01T10:00:02.500Z',
          endTime: '2026-03-01T10:00:04.500Z',
          statsType: 'transport',
          values: '[1,2,3]',
        },
      },
    };
    const events = eventsOf({ PeerConnections: { '8-1': connection } });
    expect(events.map(({ method, time }) => [method, time - START])).toEqual([
      ['create', 1000],
      ['createOffer', 1000],
      ['getStats', 2500],
      ['getStats', 3500],
      ['getStats', 4500],
    ]);
  });

  it('that cannot be read get the time of the event before', () => {
    const updateLog = [
      { type: 'createOffer', value: '', timestamp: START + 5 },
      { type: 'close', value: '', time: 'yesterday' },
    ];
    expect(eventsOf({ PeerConnections: { '8-1': { updateLog } } }).map(({ time }) => time - START)).toEqual([5, 5, 5]);
  });
});
