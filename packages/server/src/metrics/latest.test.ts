import { expect, it } from 'vitest';
import { Latest } from './latest.ts';

it('has the last value while the source hangs or fails, and a new one when it answers again', async () => {
  let answer: Promise<number> = Promise.resolve(1);
  let reads = 0;
  const latest = new Latest(() => {
    reads++;
    return answer;
  });
  expect(await latest.get()).toBe(1);
  const hanging = Promise.withResolvers<number>();
  answer = hanging.promise;
  expect(await latest.get()).toBe(1);
  expect(await latest.get()).toBe(1);
  // One read at a time, however often it is asked.
  expect(reads).toBe(2);
  hanging.resolve(2);
  await hanging.promise;
  answer = Promise.reject(new Error('away'));
  expect(await latest.get()).toBe(2);
});

it('has no value before the first', async () => {
  expect(await new Latest(() => Promise.reject(new Error('away'))).get()).toBeUndefined();
});
