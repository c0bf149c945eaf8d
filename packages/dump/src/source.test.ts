import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DumpError, type DumpErrorCode } from './errors.ts';
import { type DumpSource, dumpBytes, peekBytes, withoutByteOrderMark } from './source.ts';

const text = `${'RTCStatsDump ☎ 𝄞\n'.repeat(30_000)}end`;
const bytes = new TextEncoder().encode(text);
const gzipped = gzipSync(text);

async function* pieces(of: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < of.length; start += size) yield of.subarray(start, start + size);
}

async function collect(source: DumpSource): Promise<string> {
  const decoder = new TextDecoder();
  let result = '';
  for await (const chunk of dumpBytes(source)) result += decoder.decode(chunk, { stream: true });
  return result + decoder.decode();
}

async function failure(source: DumpSource): Promise<DumpErrorCode> {
  const error = await collect(source).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DumpError);
  return (error as DumpError).code;
}

describe('dumpBytes', () => {
  test.each<[string, () => DumpSource]>([
    ['text', () => text],
    ['bytes', () => bytes],
    ['an iterable', () => pieces(bytes, 777)],
    ['a web stream', () => new Response(bytes).body as ReadableStream<Uint8Array>],
    ['gzipped bytes', () => gzipped],
    ['a gzipped iterable, byte by byte', () => pieces(gzipped, 1)],
    ['a gzipped web stream', () => new Response(gzipped).body as ReadableStream<Uint8Array>],
  ])('reads %s', async (_, source) => {
    expect(await collect(source())).toBe(text);
  });

  test('is empty for an empty source', async () => {
    expect(await collect('')).toBe('');
    expect(await collect(new Uint8Array(0))).toBe('');
    expect(await collect(Uint8Array.of(0x1f))).toBe('\x1f');
  });

  test('reports truncated gzip data, wherever it is truncated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: gzipped.length - 1 }), async (length) => {
        expect(await failure(pieces(gzipped.subarray(0, length), 500))).toBe('DUMP_TRUNCATED');
      }),
      { numRuns: 30, examples: [[2], [10], [gzipped.length - 8], [gzipped.length - 1]] },
    );
  });

  test.each([
    ['a wrong checksum', gzipped.length - 6],
    ['a wrong length', gzipped.length - 2],
    ['an unknown method', 2],
  ])('reports damaged gzip data: %s', async (_, at) => {
    const damaged = Uint8Array.from(gzipped);
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    expect(await failure(damaged)).toBe('DUMP_DAMAGED');
  });

  test('reports data after the gzip data', async () => {
    expect(await failure(Buffer.concat([gzipped, Buffer.from('more')]))).toBe('DUMP_DAMAGED');
  });

  test.each([
    ['plain', bytes],
    ['gzipped', gzipped],
  ])('passes on the error of a %s source unchanged', async (_, content) => {
    const broken = new Error('connection reset');
    async function* source() {
      yield content.subarray(0, content.length >> 1);
      throw broken;
    }
    await expect(collect(source())).rejects.toBe(broken);
  });

  test.each([
    ['plain', bytes],
    ['gzipped', gzipped],
  ])('cancels a %s web stream when the consumer stops early', async (_, content) => {
    let canceled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(Uint8Array.from(content));
      },
      cancel() {
        canceled = true;
      },
    });
    for await (const chunk of dumpBytes(stream)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(canceled).toBe(true);
  });
});

describe('peekBytes', () => {
  test('peeks at the beginning without consuming it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.nat({ max: 100 }), async (size, count) => {
        const content = bytes.subarray(0, 90);
        const { start, chunks } = await peekBytes(pieces(content, size), count);
        expect(start).toEqual(content.subarray(0, count));
        expect(Buffer.concat(await Array.fromAsync(chunks)).equals(content)).toBe(true);
      }),
    );
  });

  test('closes the source of a stream that was only peeked at', async () => {
    let closed = false;
    async function* source() {
      try {
        yield bytes;
      } finally {
        closed = true;
      }
    }
    const { chunks } = await peekBytes(source(), 3);
    await chunks.return?.();
    expect(closed).toBe(true);
  });
});

describe('withoutByteOrderMark', () => {
  test.each([1, 2, 3, 4, 100])('removes the mark at the beginning only, in pieces of %i', async (size) => {
    const collected = async (content: string): Promise<string> => {
      const chunks = await Array.fromAsync(withoutByteOrderMark(pieces(new TextEncoder().encode(content), size)));
      return Buffer.concat(chunks).toString('latin1');
    };
    expect(await collected('\uFEFFa\uFEFF')).toBe('a\xef\xbb\xbf');
    expect(await collected('abc')).toBe('abc');
    expect(await collected('\uFEFF')).toBe('');
    expect(await collected('')).toBe('');
  });

  test('closes the source when its reader stops', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Uint8Array.of(0xef, 0xbb, 0xbf, 1);
      } finally {
        closed = true;
      }
    }
    for await (const chunk of withoutByteOrderMark(source())) {
      expect([...chunk]).toEqual([1]);
      break;
    }
    expect(closed).toBe(true);
  });
});
