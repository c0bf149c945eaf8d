import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DumpReader } from './reader.ts';
import { METHOD_CODES } from './tables.ts';
import { DumpWriter, type WritableEvent } from './writer.ts';

const recordings = new URL('../../../test/recordings/', import.meta.url);

async function write(metadata: Record<string, unknown>, events: Iterable<WritableEvent>): Promise<string> {
  let text = '';
  const writer = new DumpWriter((piece) => {
    text += piece;
  });
  await writer.start(metadata);
  for (const event of events) await writer.write(event);
  return text;
}

test('writes head, metadata and compact events', async () => {
  const text = await write({ origin: 'https://a.example', later: 1 }, [
    { method: 'onicecandidate', scope: 'PC_0', value: null, time: 1795365768183 },
    { method: 'getStats', scope: 'PC_0', value: { t: 1 }, extra: ['connected-0'], time: 1795365768190 },
    { method: ':userRating', scope: null, value: undefined, delta: 3 },
    { method: 'close', methodCode: 'close', scope: null, value: 1000, time: 1795365768200 },
  ]);
  expect(text).toBe(
    [
      'RTCStatsDump',
      '{"fileFormat":3,"origin":"https://a.example","later":1}',
      '[20,"PC_0",null,1795365768183]',
      '["g","PC_0",{"t":1},"connected-0",7]',
      '[":userRating",null,null,3]',
      '["close",null,1000,7]',
      '',
    ].join('\n'),
  );
});

test('replaces a code that does not belong to the method', async () => {
  const text = await write({}, [{ method: 'ontrack', methodCode: 20, scope: null, value: 1, delta: 5 }]);
  expect(text).toContain('\n[22,null,1,5]\n');
});

test('waits for the sink', async () => {
  const order: string[] = [];
  const writer = new DumpWriter(async () => {
    order.push('begun');
    await setImmediate();
    order.push('done');
  });
  await writer.start({});
  await writer.write({ method: 'create', scope: null, value: null, delta: 5 });
  expect(order).toEqual(['begun', 'done', 'begun', 'done']);
});

test('reading returns the written events', async () => {
  const event = fc.record({
    method: fc.oneof(
      fc.constantFrom(...Object.keys(METHOD_CODES)),
      fc.string().map((name) => `:${name}`),
    ),
    scope: fc.option(fc.string()),
    value: fc.jsonValue(),
    extra: fc.array(fc.jsonValue(), { maxLength: 3 }),
    time: fc.integer({ min: 1.6e12, max: 2e12 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(event), async (events) => {
      const reader = await DumpReader.open(await write({ startTime: 1 }, events));
      const read = await Array.fromAsync(reader, ({ method, scope, value, extra, time }) => ({
        method,
        scope,
        value,
        extra,
        time,
      }));
      // -0 is written as 0 in JSON.
      expect(read).toEqual(JSON.parse(JSON.stringify(events)));
    }),
  );
});

const names = readdirSync(recordings).filter((name) => name.endsWith('.raw'));
test.each(names)('%s: rewriting is byte-identical', async (name) => {
  const dump = `RTCStatsDump\n{"fileFormat":3,"startTime":1}\n${await readFile(new URL(name, recordings), 'utf8')}`;
  const reader = await DumpReader.open(dump);
  expect(await write(reader.metadata, await Array.fromAsync(reader))).toBe(dump);
});
