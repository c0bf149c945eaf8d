import { describe, expect, it } from 'vitest';
import type { DumpEvent } from './event.ts';
import { openEvents } from './open-events.ts';
import { StatsProperties } from './stats-properties.ts';

const PROPERTIES = new StatsProperties(['packetsReceived']);
const LINES = [
  'RTCStatsDump',
  '{"fileFormat":3}',
  '[39,"PC_0",{},1795800000000]',
  '["g","PC_0",{"1":{"14":5,"type":1},"t":7},1000]',
  'no event',
  '["getStats","PC_0",{"1":{"14":6}},"id",1000]',
  '["g","PC_0",{"1":{"14":7,"18":"\\u0041"}},1000]',
  '["g","PC_0","InvalidStateError",1000]',
  '[36,"PC_0",null,1000]',
];

async function* chunksOf(text: string, size: number, closed: () => void): AsyncGenerator<Uint8Array, void> {
  try {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  } finally {
    closed();
  }
}

function plain({ method, methodCode, scope, value, extra, delta, time, line }: DumpEvent): object {
  return { method, methodCode, scope, value, extra, delta, time, line };
}

describe('batches', () => {
  it.each([1, 7, 64, 10_000])('has the events of the reader, with chunks of %d bytes', async (size) => {
    const open = () =>
      openEvents(
        chunksOf(`${LINES.join('\n')}\n`, size, () => {}),
        { badLines: 'skip' },
      );
    const expected: object[] = [];
    const reader = await open();
    for await (const event of reader) expected.push(plain(event));
    const events: object[] = [];
    const received: unknown[] = [];
    const batched = await open();
    for await (const batch of batched.batches(PROPERTIES)) {
      for (const event of batch) {
        events.push(plain(event));
        if (event.method === 'getStats') received.push(event.stats?.numbers[0]);
      }
    }
    expect(events).toEqual(expected);
    expect(received).toEqual([5, 6, 7, undefined]);
    expect([reader.skippedLines, batched.skippedLines]).toEqual([1, 1]);
  });

  it('throws at a truncated end, after the events before it', async () => {
    const text = LINES.slice(0, 4).join('\n');
    const reader = await openEvents(text.slice(0, -8));
    let events = 0;
    const read = async () => {
      for await (const batch of reader.batches(PROPERTIES)) for (const _ of batch) events += 1;
    };
    await expect(read()).rejects.toMatchObject({ code: 'DUMP_TRUNCATED', line: 4 });
    expect(events).toBe(1);
  });

  it.each([20, 10_000])('closes the source when the loop is left, with chunks of %d bytes', async (size) => {
    let closed = false;
    const reader = await openEvents(
      chunksOf(`${LINES.join('\n')}\n`, size, () => {
        closed = true;
      }),
    );
    for await (const batch of reader.batches(PROPERTIES)) {
      for (const _ of batch) break;
      break;
    }
    expect(closed).toBe(true);
  });
});
