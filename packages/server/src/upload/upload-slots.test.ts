import { beforeEach, expect, it } from 'vitest';
import { type UploadProgress, type UploadSlot, UploadSlots } from './upload-slots.ts';

let slots: UploadSlots;

beforeEach(() => {
  slots = new UploadSlots();
});

const SLOW: UploadProgress = { receivedBytes: 10, receiving: true };
const FAST: UploadProgress = { receivedBytes: 1_000_000, receiving: true };

function takeMany(count: number, client: string, progress = SLOW, now = 0): (UploadSlot | undefined)[] {
  return Array.from({ length: count }, () => slots.take(client, progress, now));
}

function abortedOf(taken: readonly (UploadSlot | undefined)[]): boolean[] {
  return taken.map((slot) => slot!.signal.aborted);
}

it('gives newcomers the places of clients that have most, the slowest first', () => {
  const first = [...takeMany(2, 'a', FAST), ...takeMany(6, 'a')];
  const second = takeMany(8, 'b', FAST);
  const newcomers = takeMany(5, 'c');
  expect(newcomers).not.toContain(undefined);
  expect([first, second, newcomers].map((taken) => abortedOf(taken).filter(Boolean).length)).toEqual([3, 2, 0]);
  expect(abortedOf(first).slice(0, 2)).toEqual([false, false]);
  expect(first.find((slot) => slot!.signal.aborted)!.signal.reason).toMatchObject({ code: 'TRY_AGAIN_LATER' });
  // One more would leave the others with fewer places than it has.
  expect(takeMany(2, 'c')).toEqual([undefined, undefined]);
});

it('refuses newcomers while every client has one place, until one has been slow for a minute', () => {
  const taken = Array.from({ length: 16 }, (_, n) => slots.take(`client-${n}`, n === 3 ? SLOW : FAST, 0)!);
  expect(slots.take('newcomer', FAST, 60_000)).toBeUndefined();
  expect(slots.take('newcomer', FAST, 60_001)).toBeDefined();
  expect(taken.findIndex(({ signal }) => signal.aborted)).toBe(3);
  expect(slots.take('newcomer', FAST, 60_001)).toBeUndefined();
});

it('does not take places away from uploads that the gateway works on', () => {
  takeMany(16, 'a', { receivedBytes: 10, receiving: false });
  expect(slots.take('b', FAST, 100_000)).toBeUndefined();
});

it('gives released places to the next', () => {
  const [first] = takeMany(16, 'a');
  expect(slots.take('a', SLOW)).toBeUndefined();
  first!.release();
  first!.release();
  expect(slots.take('a', SLOW)).toBeDefined();
  expect(slots.take('a', SLOW)).toBeUndefined();
});
