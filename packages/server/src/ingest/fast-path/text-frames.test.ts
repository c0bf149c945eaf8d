import { encodedFrame } from '@rtcstats-server/testing/frames';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readBuffer, type TextFrame, takeTextFrame } from './text-frames.ts';

const TEXT = 0x81;
const MAX_COUNT = 70_000;

function frame(payload: Uint8Array, mask: Uint8Array, first = TEXT): Buffer {
  return encodedFrame({ first, payload, mask });
}

/** The frame read from `bytes` at `at`, between other bytes that must not change. */
function taken(bytes: Buffer, at: number, maxBytes = MAX_COUNT): { text: string; end: number } | null {
  const read = readBuffer(100_000);
  const { bytes: buffer } = read;
  buffer.fill(0xaa);
  bytes.copy(buffer, at);
  const result: TextFrame = { start: -1, end: -1 };
  const isTaken = takeTextFrame(read, at, at + bytes.length, maxBytes, result);
  const { start, end } = result;
  const around = Buffer.concat([buffer.subarray(0, at), buffer.subarray(at + bytes.length)]);
  expect(around.every((byte) => byte === 0xaa)).toBe(true);
  if (isTaken) return { text: buffer.toString('utf8', start, end), end: end - at };
  expect(buffer.subarray(at, at + bytes.length).equals(bytes)).toBe(true);
  return null;
}

const MASK = Buffer.from([0x12, 0xfe, 0x00, 0x81]);
const texts = fc.string({ unit: 'binary', minLength: 0, maxLength: 400 });
const masks = fc.uint8Array({ minLength: 4, maxLength: 4 });

it('takes a complete text frame at any offset and with any mask', () => {
  fc.assert(
    fc.property(texts, masks, fc.nat(16), fc.uint8Array({ maxLength: 9 }), (text, mask, at, rest) => {
      const payload = Buffer.from(text);
      const whole = frame(payload, mask);
      const read = taken(Buffer.concat([whole, rest]), at);
      expect(read).toEqual({ text: payload.toString(), end: whole.length });
    }),
    { numRuns: 2000 },
  );
});

it.each([0, 1, 125, 126, 127, 255, 256, 65_535])('takes a message of %i bytes', (length) => {
  const text = 'x'.repeat(length);
  expect(taken(frame(Buffer.from(text), MASK), 1)?.text).toBe(text);
});

it('takes nothing of an incomplete frame', () => {
  const whole = frame(Buffer.from('[":a",null,"é",1]'.repeat(20)), MASK);
  for (let length = 0; length < whole.length; length++) expect(taken(whole.subarray(0, length), 3)).toBeNull();
});

it.each([
  ['a first piece', 0x01],
  ['a later piece', 0x80],
  ['a binary message', 0x82],
  ['a close', 0x88],
  ['a ping', 0x89],
  ['a compressed message', 0xc1],
  ['a reserved bit', 0xa1],
])('does not take frames other than whole text messages: %s', (_, first) => {
  expect(taken(frame(Buffer.from('[":a",null,0,1]'), MASK, first), 0)).toBeNull();
});

it('does not take frames that have to be rejected', () => {
  const unmasked = Buffer.concat([Buffer.from([TEXT, 5]), Buffer.from('hello'), Buffer.alloc(8)]);
  expect(taken(unmasked, 0)).toBeNull();
  expect(taken(frame(Buffer.from('12345678901'), MASK), 0, 10)).toBeNull();
  expect(taken(frame(Buffer.alloc(66_000, 0x20), MASK), 0)).toBeNull();
  for (const invalid of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
    expect(taken(frame(Buffer.from([0x61, ...invalid, 0x62, 0x63, 0x64]), MASK), 2)).toBeNull();
  }
});
