/**
 * Reads a generated dump and checks that memory does not grow. To run it at full size:
 *
 *     DUMP_TEST_MEGABYTES=500 npx vitest run packages/dump/src/constant-memory.test.ts
 */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGzip } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DumpReader } from './reader.ts';

const MEGABYTE = 1024 * 1024;
const SIZE = Number(process.env['DUMP_TEST_MEGABYTES'] ?? 48) * MEGABYTE;
/** Allowed fluctuation: a few chunks of both kinds of stream. A reader that retains data exceeds it many times over. */
const SLACK = 6 * MEGABYTE;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use after garbage collection, inside and outside the heap. */
function memory(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/**
 * Generates a dump of about `size` bytes, in chunks that do not align with lines. `state.made` counts the generated
 * bytes.
 */
async function* generate(size: number, state: { made: number }): AsyncGenerator<Uint8Array> {
  const line = (index: number) => {
    // Digits that hardly compress, so that the gzipped dump is large too.
    const digits = Array.from({ length: 60 }, (_, n) => Math.sin(index * 60 + n)).join(',');
    return `["g","PC_0",{"0":{"41":${index},"168":[${digits}]},"t":${1795365768183 + index}},1]\n`;
  };
  let rest = 'RTCStatsDump\n{"fileFormat":3}\n';
  for (let index = 0; state.made < size; index += 1) {
    rest += line(index);
    if (rest.length < 50_000) continue;
    const chunk = new TextEncoder().encode(rest);
    state.made += chunk.length;
    yield chunk;
    rest = '';
  }
  yield new TextEncoder().encode(rest);
}

async function* gzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level: 1 });
  const feeding = (async () => {
    for await (const chunk of chunks) {
      if (!gzip.write(chunk)) await new Promise((resolve) => gzip.once('drain', resolve));
    }
    gzip.end();
  })();
  yield* gzip;
  await feeding;
}

describe.each([
  ['plain', (chunks: AsyncIterable<Uint8Array>) => chunks],
  ['gzipped', gzipped],
])('%s', (_, wrap) => {
  test('memory does not grow with the size of the dump', async () => {
    const state = { made: 0 };
    const reader = await DumpReader.open(wrap(generate(SIZE, state)));
    let events = 0;
    let early = Number.NaN;
    let late = Number.NaN;
    for await (const event of reader) {
      events += 1;
      // Measure both while the reader is alive, because its data is freed with it.
      if (Number.isNaN(early) && state.made > SIZE / 8) early = memory();
      if (Number.isNaN(late) && state.made > SIZE - MEGABYTE) late = memory();
      expect(event.line).toBe(events + 2);
    }
    expect(state.made).toBeGreaterThanOrEqual(SIZE);
    expect(late - early).toBeLessThan(SLACK);
    console.log(
      `${SIZE / MEGABYTE} MB, ${events} events: ${((late - early) / MEGABYTE).toFixed(1)} MB more at the end`,
    );
  });

  test('a slow consumer applies back-pressure to the source', async () => {
    const state = { made: 0 };
    const reader = await DumpReader.open(wrap(generate(16 * MEGABYTE, state)));
    let read = 0;
    let furthest = 0;
    for await (const event of reader) {
      read += JSON.stringify(event.value).length;
      // Give a reader that runs ahead the time to do so.
      for (let turn = 0; turn < 3; turn += 1) await setImmediate();
      furthest = Math.max(furthest, state.made - read);
    }
    expect(read).toBeGreaterThan(15 * MEGABYTE);
    expect(furthest).toBeLessThan(3 * MEGABYTE);
  });
});

test('gunzip does not decompress a gzip bomb at once', async () => {
  const zeros = new Uint8Array(64 * 1024).fill(0x20);
  const bomb: Uint8Array[] = [];
  const gzip = createGzip();
  gzip.on('data', (chunk: Uint8Array) => bomb.push(chunk));
  gzip.write('RTCStatsDump\n{"fileFormat":3}\n');
  for (let index = 0; index < 1024; index += 1) gzip.write(zeros);
  await new Promise<void>((resolve) => gzip.end(resolve));
  const whole = Buffer.concat(bomb);
  expect(whole.length).toBeLessThan(MEGABYTE);
  const before = memory();
  const reader = await DumpReader.open(whole, { maxLineBytes: 1000, badLines: 'skip' });
  expect(memory() - before).toBeLessThan(20 * MEGABYTE);
  expect(await Array.fromAsync(reader)).toEqual([]);
  expect(reader.skippedLines).toBe(1);
});
