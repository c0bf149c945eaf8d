import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Semaphore } from './semaphore.ts';

it('runs as many tasks as it has permits, the others in order', async () => {
  const semaphore = new Semaphore(2);
  const started: number[] = [];
  const tasks = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const all = tasks.map(({ promise }, number) =>
    semaphore.run(async () => {
      started.push(number);
      await promise;
    }),
  );
  await setImmediate();
  expect(started).toEqual([0, 1]);
  tasks[1]!.resolve();
  await all[1];
  await setImmediate();
  expect(started).toEqual([0, 1, 2]);
  for (const { resolve } of tasks) resolve();
  await Promise.all(all);
  expect(started).toEqual([0, 1, 2, 3]);
});

it('never runs more tasks than it has permits, however they come', async () => {
  const semaphore = new Semaphore(2);
  let running = 0;
  let most = 0;
  const task = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await setImmediate();
    running--;
  };
  for (let wave = 0; wave < 3; wave++) {
    await Promise.all(Array.from({ length: 5 }, () => semaphore.run(task)));
  }
  expect(most).toBe(2);
});

it('frees the permit of a task that rejects', async () => {
  const semaphore = new Semaphore(1);
  await expect(semaphore.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await semaphore.run(() => Promise.resolve('next'))).toBe('next');
});
