import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DumpError } from './errors.ts';
import type { DumpEvent } from './event.ts';
import { DumpReader, type DumpReaderOptions } from './reader.ts';
import type { DumpSource } from './source.ts';

const recordings = new URL('../../../test/recordings/', import.meta.url);
const HEAD = 'RTCStatsDump\n{"fileFormat":3}\n';

async function readAll(source: DumpSource, options?: DumpReaderOptions): Promise<DumpEvent[]> {
  return Array.fromAsync(await DumpReader.open(source, options));
}

/** Returns the events before the error, and the error. */
async function readUntilError(source: DumpSource, options?: DumpReaderOptions) {
  const events: DumpEvent[] = [];
  try {
    for await (const event of await DumpReader.open(source, options)) events.push(event);
  } catch (error) {
    if (error instanceof DumpError) return { events, code: error.code, line: error.line, message: error.message };
    throw error;
  }
  return { events, code: undefined };
}

describe('a recording', () => {
  const messages = '["x",null,1,1795365768183]\nnoise\n["y",null,2,7]\n';

  test('has events with the numbers of its own lines', async () => {
    const reader = DumpReader.openRecording(gzipSync(messages), { badLines: 'skip' });
    const events = await Array.fromAsync(reader);
    expect(events.map(({ method, line }) => [method, line])).toEqual([
      ['x', 1],
      ['y', 3],
    ]);
    expect(reader).toMatchObject({ metadata: {}, skippedLines: 1 });
  });

  test('has the events before the point where it is cut off', async () => {
    const events: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { method } of DumpReader.openRecording(`${messages}["z",`, { badLines: 'skip' })) {
        events.push(method);
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'DUMP_TRUNCATED', line: 4 });
    expect(events).toEqual(['x', 'y']);
  });
});

describe('a dump', () => {
  test('has its head and metadata, unknown keys included', async () => {
    const reader = await DumpReader.open('RTCStatsDump\n{"fileFormat":3,"startTime":5,"later":{"a":1}}\n');
    expect(reader.head).toBe('RTCStatsDump');
    expect(reader.metadata).toEqual({ fileFormat: 3, startTime: 5, later: { a: 1 } });
    expect(await Array.fromAsync(reader)).toEqual([]);
  });

  test('has events with names, extra elements and lines', async () => {
    const line = '[20,"PC_0",{"candidate":""},"x",{"rtcstatsLocation":{"country":"DE"}},1795365768183]\n';
    expect(await readAll(HEAD + line)).toEqual([
      {
        method: 'onicecandidate',
        methodCode: 20,
        scope: 'PC_0',
        value: { candidate: '' },
        extra: ['x', { rtcstatsLocation: { country: 'DE' } }],
        delta: 1795365768183,
        time: 1795365768183,
        line: 3,
      },
    ]);
  });

  test('takes an absolute time after a reconnect', async () => {
    const deltas = [1795365768183, 10, -3, 0.5, 1795365999000, 7];
    const events = await readAll(HEAD + deltas.map((delta) => `["x",null,null,${delta}]\n`).join(''));
    expect(events.map((event) => event.time)).toEqual([
      1795365768183, 1795365768193, 1795365768190, 1795365768190.5, 1795365999000, 1795365999007,
    ]);
  });

  test('accepts events without value or scope', async () => {
    const events = await readAll(`${HEAD}[":a",5]\n[":b",null,6]\n[":c",7,"v",8]\n`);
    expect(events).toMatchObject([
      { method: ':a', scope: null, value: null, extra: [], delta: 5 },
      { method: ':b', scope: null, value: null, extra: [], delta: 6 },
      { method: ':c', scope: '7', value: 'v', extra: [], delta: 8 },
    ]);
  });

  test('may have CRLF line breaks, empty lines, a byte order mark, and no final line break', async () => {
    const dump = `\uFEFFRTCStatsDump\r\n{"fileFormat":3}\r\n\r\n["a",null,1,5]\r\n\n["b",null,1,5]`;
    const events = await readAll(dump);
    expect(events.map((event) => [event.method, event.line])).toEqual([
      ['a', 4],
      ['b', 6],
    ]);
  });

  test('can be read only once', async () => {
    const reader = await DumpReader.open(`${HEAD}["a",null,1,5]\n`);
    expect(await Array.fromAsync(reader)).toHaveLength(1);
    expect(await Array.fromAsync(reader)).toHaveLength(0);
  });
});

describe('recordings', () => {
  const names = readdirSync(recordings).filter((name) => name.endsWith('.raw'));
  test.each(names)('%s: every message, plain and gzipped, through text and stream', async (name) => {
    const raw = await readFile(new URL(name, recordings), 'utf8');
    const messages = raw
      .trimEnd()
      .split('\n')
      .map((line): unknown[] => JSON.parse(line));
    const events = await readAll(HEAD + raw);
    expect(
      events.map(({ methodCode, scope, value, extra, delta }) => [methodCode, scope, value, ...extra, delta]),
    ).toEqual(messages);
    expect(events.every((event) => event.time > 1.7e12 && event.time < 1.9e12)).toBe(true);
    expect(await readAll(new Response(gzipSync(HEAD + raw)).body as ReadableStream<Uint8Array>)).toEqual(events);
  });

  test('the dump made by Chromium', async () => {
    const file = await readFile(new URL('chromium-loopback.rtcstats_dump.gz', recordings));
    const reader = await DumpReader.open(file);
    const events = await Array.fromAsync(reader);
    expect(reader.metadata).toEqual({ fileFormat: 3 });
    expect(events).toHaveLength(181);
    expect(events.filter((event) => event.method === 'getStats')).toHaveLength(66);
    expect(events[0]).toMatchObject({ method: 'create', scope: null, time: 1795365768017 });
    // The webrtc-internals dumps were saved 33 s after the start of the call.
    expect(events.at(-1)?.time).toBeGreaterThan(1795365768017 + 30_000);
    expect(events.at(-1)?.time).toBeLessThan(1795365802247);
  });
});

describe('files that are not dumps of format 3', () => {
  test.each<[string, string, string | Uint8Array, string]>([
    ['nothing', 'DUMP_NOT_A_DUMP', '', 'empty'],
    ['white space', 'DUMP_NOT_A_DUMP', ' \n', 'empty'],
    ['some text', 'DUMP_NOT_A_DUMP', 'hello world', 'first line'],
    ['a longer head', 'DUMP_NOT_A_DUMP', 'RTCStatsDumps\n{}\n', 'first line'],
    ['an image', 'DUMP_NOT_A_DUMP', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), 'first line'],
    ['other JSON', 'DUMP_NOT_A_DUMP', '{"name":"x"}', 'first line'],
    ['metadata without a head', 'DUMP_NOT_A_DUMP', '{"fileFormat":3}\n', 'first line'],
    ['webrtc-internals, indented', 'DUMP_NOT_A_DUMP', '{\n "getUserMedia": [],\n', 'webrtc-internals'],
    ['webrtc-internals, one line', 'DUMP_NOT_A_DUMP', '{"PeerConnections":{}}', 'webrtc-internals'],
    ['gzipped text', 'DUMP_NOT_A_DUMP', gzipSync('hello'), 'first line'],
    ['a part of the head', 'DUMP_TRUNCATED', 'RTCSta', 'head'],
    ['the head alone', 'DUMP_TRUNCATED', 'RTCStatsDump', 'head'],
    ['the head alone, with line break', 'DUMP_TRUNCATED', 'RTCStatsDump\n', 'head'],
    ['half the metadata', 'DUMP_TRUNCATED', 'RTCStatsDump\n{"fileFormat":3,"ur', 'metadata'],
    ['half a gzip header', 'DUMP_TRUNCATED', gzipSync(HEAD).subarray(0, 7), 'gzip'],
    ['metadata that is not JSON', 'DUMP_BAD_METADATA', 'RTCStatsDump\nhello\n', 'JSON'],
    ['an event in place of metadata', 'DUMP_BAD_METADATA', 'RTCStatsDump\n["a",null,1,5]\n', 'object'],
    ['a later format', 'DUMP_BAD_METADATA', 'RTCStatsDump\n{"fileFormat":4}\n', 'fileFormat'],
    ['format 2 with a head', 'DUMP_LEGACY', 'RTCStatsDump\n{"fileFormat":2}\n', 'format'],
    ['format 1 without a line break', 'DUMP_LEGACY', 'RTCStatsDump\n{"fileFormat":1}', 'format'],
    ['format 2', 'DUMP_LEGACY', '{"path":"/r","url":"https://x","userAgent":"u","fileFormat":2}\n[]\n', 'format'],
    ['the format before version numbers', 'DUMP_LEGACY', '{"path":"/r","userAgent":"u","time":1}\n', 'format'],
    ['events without a head', 'DUMP_LEGACY', '["getUserMedia",null,{},1]\n', 'format'],
    ['one object by connection', 'DUMP_LEGACY', '{\n "peerConnections": {\n', 'format'],
  ])('%s: %s', async (_, code, source, detail) => {
    const failure = await readUntilError(source);
    expect(failure).toMatchObject({ events: [], code });
    expect(failure.message).toContain(detail);
  });

  test('the recorded webrtc-internals dumps', async () => {
    for (const name of ['chromium-loopback.webrtc_internals_dump.gz', 'chromium-loopback.webrtc_internals_dump.txt']) {
      const failure = await readUntilError(await readFile(new URL(name, recordings)));
      expect(failure).toMatchObject({ code: 'DUMP_NOT_A_DUMP' });
      expect(failure.message).toContain('webrtc-internals');
    }
  });

  test.each([
    ['DUMP_NOT_A_DUMP', 'no dump '.repeat(1000)],
    ['DUMP_BAD_METADATA', 'RTCStatsDump\nno metadata\n'],
  ])('closes the source (%s)', async (code, text) => {
    let closed = false;
    async function* source() {
      try {
        for (;;) yield new TextEncoder().encode(text);
      } finally {
        closed = true;
      }
    }
    expect(await readUntilError(source())).toMatchObject({ code });
    expect(closed).toBe(true);
  });
});

describe('lines that are not events', () => {
  const good = '["a",null,1,5]\n';
  test.each([
    ['text', 'secret 203.0.113.9'],
    ['broken JSON', '["a",null,"203.0.113.9"'],
    ['an object', '{"secret":"203.0.113.9"}'],
    ['a list without delta', '["a",null,"203.0.113.9"]'],
    ['a list without method', '[null,null,"203.0.113.9",5]'],
    ['an object as scope', '["a",{"secret":"203.0.113.9"},1,5]'],
    ['a deeply nested list', '['.repeat(100_000)],
  ])('%s: the error has the line number but not the content', async (_, line) => {
    const failure = await readUntilError(`${HEAD + good + line}\n${good}`);
    expect(failure).toMatchObject({ code: 'DUMP_BAD_LINE', line: 4 });
    expect(failure.events).toHaveLength(1);
    expect(failure.message).not.toMatch(/203|secret|\[/);
    const reader = await DumpReader.open(`${HEAD + good + line}\n${good}`, { badLines: 'skip' });
    expect((await Array.fromAsync(reader)).map((event) => event.line)).toEqual([3, 5]);
    expect(reader.skippedLines).toBe(1);
  });

  test('bytes that are not UTF-8', async () => {
    const source = Buffer.concat([Buffer.from(`${HEAD}["`), Buffer.from([0xff, 0xfe]), Buffer.from('",null,1,5]\n')]);
    expect(await readUntilError(source)).toMatchObject({ code: 'DUMP_BAD_LINE', line: 3 });
  });

  test('a line over the limit', async () => {
    const long = `["a",null,"${'x'.repeat(500)}",5]\n`;
    expect(await readUntilError(HEAD + long, { maxLineBytes: 400 })).toMatchObject({ code: 'DUMP_BAD_LINE', line: 3 });
    expect(await readAll(HEAD + long + good, { maxLineBytes: 400, badLines: 'skip' })).toHaveLength(1);
  });

  test.each(['throw', 'skip'] as const)('a truncated last line means a truncated dump (%s)', async (badLines) => {
    const failure = await readUntilError(`${HEAD + good}["a",nul`, { badLines });
    expect(failure).toMatchObject({ code: 'DUMP_TRUNCATED', line: 4 });
    expect(failure.events).toHaveLength(1);
  });
});

test('truncated gzip data gives an error after the events before it', async () => {
  const file = await readFile(new URL('chromium-loopback.rtcstats_dump.gz', recordings));
  expect(gunzipSync(file).length).toBeGreaterThan(1_000_000);
  const failure = await readUntilError(file.subarray(0, file.length - 1000));
  expect(failure.code).toBe('DUMP_TRUNCATED');
  expect(failure.events.length).toBeGreaterThan(50);
});

test('an opened dump that is not read can be closed', async () => {
  let closed = false;
  async function* source() {
    try {
      yield new TextEncoder().encode(HEAD);
      yield new TextEncoder().encode(HEAD);
    } finally {
      closed = true;
    }
  }
  const reader = await DumpReader.open(source());
  await reader.close();
  await reader.close();
  expect(closed).toBe(true);
});
