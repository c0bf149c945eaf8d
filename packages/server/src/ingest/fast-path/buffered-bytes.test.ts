import { encodedFrame } from '@rtcstats-server/testing/frames';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferedBytes } from './buffered-bytes.ts';

const MAX_BYTES = 1000;
const mask = Uint8Array.from([1, 2, 3, 4]);

function frame(first: number, length: number): Buffer {
  return encodedFrame({ first, payload: Buffer.alloc(length, 0x20), mask });
}

function counted(...chunks: Uint8Array[]): BufferedBytes {
  const buffered = new BufferedBytes(MAX_BYTES);
  for (const chunk of chunks) buffered.add(chunk);
  return buffered;
}

describe('BufferedBytes', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536])('counts an incomplete frame of %i bytes up to its last byte', (length) => {
    const whole = frame(0x81, length);
    const buffered = counted(whole.subarray(0, -1));
    expect(buffered.value).toBe(whole.length - 1);
    buffered.add(whole.subarray(-1));
    buffered.delivered();
    expect(buffered.value).toBe(0);
  });

  it('counts all frames of an incomplete message, but not the control frames in between', () => {
    const [first, ping, next] = [frame(0x01, 300), frame(0x89, 20), frame(0x00, 200)];
    const buffered = counted(first, ping, next);
    expect(buffered.value).toBe(first.length + next.length);
    buffered.add(frame(0x80, 0));
    buffered.delivered();
    expect(buffered.value).toBe(0);
  });

  it('counts a complete message until it is delivered, whichever comes first', () => {
    const whole = frame(0x81, 50);
    const buffered = counted(whole, whole);
    buffered.delivered();
    expect(buffered.value).toBe(2 * whole.length);
    buffered.delivered();
    expect(buffered.value).toBe(0);
    buffered.delivered();
    buffered.add(whole);
    expect(buffered.value).toBe(0);
  });

  it('counts compressed frames of an incomplete message as the most that they can be inflated to', () => {
    const [first, next] = [frame(0x41, 10), frame(0x00, 10)];
    const buffered = counted(first, next);
    expect(buffered.value).toBe(MAX_BYTES);
    buffered.add(frame(0x80, 1));
    buffered.delivered();
    expect(buffered.value).toBe(0);
    // The next message is not compressed.
    const plain = frame(0x01, 10);
    buffered.add(plain);
    expect(buffered.value).toBe(plain.length);
  });

  it('counts the same however the bytes are cut', () => {
    const frames = fc.array(
      fc.record({ first: fc.constantFrom(0x81, 0x01, 0x00, 0x80, 0x82, 0x89, 0x8a, 0x41, 0xc1), length: fc.nat(400) }),
    );
    fc.assert(
      fc.property(frames, fc.array(fc.nat(5000)), fc.nat(20), (all, cuts, missing) => {
        const bytes = Buffer.concat(all.map(({ first, length }) => frame(first, length)));
        const sent = bytes.subarray(0, Math.max(0, bytes.length - missing));
        const ends = [...cuts.filter((cut) => cut < sent.length), sent.length].sort((a, b) => a - b);
        const chunks = ends.map((end, i) => sent.subarray(ends[i - 1] ?? 0, end));
        expect(counted(...chunks).value).toBe(counted(sent).value);
      }),
    );
  });
});
