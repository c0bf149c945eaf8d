import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChunkReader, type Line, LineSplitter, readLines } from './lines.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function split(bytes: Uint8Array, cuts: readonly number[], maxLineBytes?: number): Line[] {
  const splitter = new LineSplitter(maxLineBytes);
  const lines: Line[] = [];
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    lines.push(...splitter.push(bytes.slice(start, end)));
    start = end;
  }
  const last = splitter.end();
  return last === undefined ? lines : [...lines, last];
}

function texts(lines: readonly Line[]): string[] {
  return lines.map((line) => decoder.decode(line.bytes));
}

const lineText = fc.string({ unit: fc.constantFrom('a', 'ü', '☎', '𝄞', '\r', ' ') }).filter((s) => !s.endsWith('\r'));
const cuts = fc.array(fc.nat(), { maxLength: 12 });

test('returns the lines, for any chunk boundaries', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(lineText, fc.constantFrom('\n', '\r\n'))), cuts, (lines, at) => {
      const result = split(encoder.encode(lines.flat().join('')), at);
      expect(texts(result)).toEqual(lines.map(([text]) => text));
      expect(result.map((line) => line.number)).toEqual(lines.map((_, index) => index + 1));
      expect(result.every((line) => line.terminated && !line.tooLong)).toBe(true);
    }),
  );
});

test('marks a last line without a line break as not terminated', () => {
  fc.assert(
    fc.property(fc.array(lineText), lineText, cuts, (lines, last, at) => {
      fc.pre(last !== '');
      const result = split(encoder.encode([...lines, last].join('\n')), at);
      expect(texts(result)).toEqual([...lines, last]);
      expect(result.map((line) => line.terminated)).toEqual([...lines.map(() => true), false]);
    }),
  );
});

test('drops the content of exactly the lines that are longer than the limit', () => {
  const limit = 10;
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 25 })), fc.constantFrom('\n', '\r\n'), cuts, (lengths, end, at) => {
      const result = split(encoder.encode(lengths.map((length) => 'x'.repeat(length) + end).join('')), at, limit);
      expect(result.map((line) => line.tooLong)).toEqual(lengths.map((length) => length > limit));
      expect(result.map((line) => line.bytes.length)).toEqual(lengths.map((length) => (length > limit ? 0 : length)));
    }),
  );
});

test('handles a line break in a chunk of its own', () => {
  expect(texts(split(encoder.encode('a\r\n\r\nb'), [1, 2, 3, 4, 5]))).toEqual(['a', '', 'b']);
});

test('returns no lines for an empty stream', () => {
  expect(split(new Uint8Array(0), [])).toEqual([]);
});

/** Reads lines that begin with `a`, up to their first `!`, which must be their last character. */
const reader: ChunkReader = {
  readAt(chunk, start) {
    if (chunk[start] !== 97) return -1;
    let at = start;
    while (chunk[at] !== 33 && chunk[at] !== 10) at += 1;
    return chunk[at] === 33 ? at + 1 : -1;
  },
};

test('lets a reader read lines in their chunk, and returns all others', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '!', '\r', 'ü'), maxLength: 12 });
  const limit = 10;
  let read = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(text, fc.constantFrom('\n', '\r\n'))), cuts, (lines, at) => {
      const bytes = encoder.encode(lines.flat().join(''));
      const ends = [...at.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
      const splitter = new LineSplitter(limit);
      const numbers: number[] = [];
      const others: Line[] = [];
      ends.forEach((end, index) => {
        const chunk = bytes.slice(index === 0 ? 0 : ends[index - 1], end);
        splitter.begin(chunk);
        for (;;) {
          if (splitter.read(reader)) {
            numbers.push(splitter.number);
            continue;
          }
          const line = splitter.next();
          if (line === undefined) break;
          others.push(line);
        }
      });
      read += numbers.length;
      const expected = split(bytes, []);
      const limited = split(bytes, [], limit);
      for (const number of numbers) {
        expect(limited[number - 1]?.tooLong).toBe(false);
        expect(decoder.decode(expected[number - 1]?.bytes)).toMatch(/^a[^!]*!$/);
      }
      expect([...numbers, ...others.map((line) => line.number)].sort((a, b) => a - b)).toEqual(
        expected.map((line) => line.number),
      );
      expect(others.map((line) => [...line.bytes])).toEqual(
        limited.filter((line) => !numbers.includes(line.number)).map((line) => [...line.bytes]),
      );
    }),
  );
  expect(read).toBeGreaterThan(5);
});

test('returns views of the chunk instead of copies', () => {
  const chunk = encoder.encode('one\ntwo\n');
  const lines = [...new LineSplitter().push(chunk)];
  expect(lines.every((line) => line.bytes.buffer === chunk.buffer)).toBe(true);
});

test('closes the source when the consumer stops early', async () => {
  let closed = false;
  async function* source() {
    try {
      yield encoder.encode('one\ntwo\n');
      yield encoder.encode('three\n');
    } finally {
      closed = true;
    }
  }
  for await (const line of readLines(source())) {
    expect(line.number).toBe(1);
    break;
  }
  expect(closed).toBe(true);
});
