import { expect, it } from 'vitest';
import { type PartialFrame, releasePartial, takePartial } from './partial-frames.ts';

it('serves a bounded number at a time, repeatedly, and no frame that is too long', () => {
  expect(takePartial(16 * 1024 + 1)).toBeNull();
  for (let round = 0; round < 2; round++) {
    const taken: PartialFrame[] = [];
    for (let partial = takePartial(100); partial !== null; partial = takePartial(100)) taken.push(partial);
    expect(taken).toHaveLength(1024);
    for (const partial of taken) releasePartial(partial);
  }
});

it('copies only the missing bytes', () => {
  const partial = takePartial(5)!;
  expect(partial.add(Buffer.from('xabc'), 1, 3)).toBe(2);
  expect(partial.isComplete).toBe(false);
  expect(partial.add(Buffer.from('cdefg'), 0, 5)).toBe(3);
  expect(partial.isComplete).toBe(true);
  expect(partial.buffer.bytes.toString('latin1', 0, 5)).toBe('abcde');
  releasePartial(partial);
});
