import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ShutdownHooks } from './shutdown-hooks.ts';

/** Hooks that note their names when they run. */
function noting(...names: string[]): { hooks: ShutdownHooks; ran: string[] } {
  const hooks = new ShutdownHooks();
  const ran: string[] = [];
  for (const name of names) hooks.add(() => void ran.push(name));
  return { hooks, ran };
}

describe('ShutdownHooks', () => {
  it('runs the last added hook first, and each after the one before has finished', async () => {
    const hooks = new ShutdownHooks();
    const ran: string[] = [];
    const slow = Promise.withResolvers<void>();
    hooks.add(() => void ran.push('first'));
    hooks.add(async () => {
      ran.push('second');
      await slow.promise;
      ran.push('second is done');
    });
    const stopped = hooks.run(1000);
    expect(ran).toEqual(['second']);
    slow.resolve();
    await stopped;
    expect(ran).toEqual(['second', 'second is done', 'first']);
  });

  it('runs every hook once although it is called twice', async () => {
    const { hooks, ran } = noting('a', 'b');
    await Promise.all([hooks.run(1000), hooks.run(0)]);
    await hooks.run(1000);
    expect(ran).toEqual(['b', 'a']);
  });

  it('may be run before anything was started', async () => {
    const hooks = new ShutdownHooks();
    expect(hooks.running).toBe(false);
    await hooks.run(1000);
    expect(hooks.running).toBe(true);
  });

  it('runs the remaining hooks when some fail, then rejects with the first error', async () => {
    const { hooks, ran } = noting('last');
    hooks.add(() => Promise.reject(new Error('rejects')));
    hooks.add(() => {
      throw new Error('throws');
    });
    await expect(hooks.run(1000)).rejects.toThrow('throws');
    expect(ran).toEqual(['last']);
  });

  it('gives each hook what is left of the time', async () => {
    const hooks = new ShutdownHooks();
    const given: number[] = [];
    hooks.add((milliseconds) => void given.push(milliseconds));
    hooks.add(async (milliseconds) => {
      given.push(milliseconds);
      const began = performance.now();
      while (performance.now() - began < 5) await setImmediate();
    });
    await hooks.run(60_000);
    expect(given[0]).toBeLessThanOrEqual(60_000);
    expect(given[1]).toBeLessThanOrEqual(given[0]! - 5);
  });

  it('gives each hook 200 ms when the time is used up, and does not wait for one that takes longer', async () => {
    const hooks = new ShutdownHooks();
    const given: number[] = [];
    hooks.add((milliseconds) => void given.push(milliseconds));
    hooks.add((milliseconds) => {
      given.push(milliseconds);
      return new Promise<void>(() => {});
    });
    await hooks.run(0);
    expect(given).toEqual([200, 200]);
  });

  it('waits for a hook that limits its own time, because its error says what was lost', async () => {
    const { hooks, ran } = noting('last');
    hooks.addSelfLimiting(async (milliseconds) => {
      await setTimeout(milliseconds + 300);
      throw new Error('lost');
    });
    await expect(hooks.run(0)).rejects.toThrow('lost');
    expect(ran).toEqual(['last']);
  });

  it('reports an error of a group, however late', async () => {
    const hooks = new ShutdownHooks();
    const group = hooks.group();
    group.add(() => Promise.reject(new Error('lost')));
    for (let waits = 0; waits < 3; waits++) group.add((milliseconds) => setTimeout(milliseconds));
    await expect(hooks.run(0)).rejects.toThrow('lost');
  });

  it('runs a group where it was made, although its hooks are added later', async () => {
    const { hooks, ran } = noting('back ends');
    const group = hooks.group();
    hooks.add(() => void ran.push('intake'));
    group.add(() => void ran.push('admin, opened'));
    group.add(() => void ran.push('admin, listening'));
    await hooks.run(1000);
    expect(ran).toEqual(['intake', 'admin, listening', 'admin, opened', 'back ends']);
  });

  it('runs a hook that is added while it runs', async () => {
    const { hooks, ran } = noting('first');
    hooks.add(() => {
      ran.push('second');
      hooks.add(() => void ran.push('opened meanwhile'));
    });
    await hooks.run(1000);
    expect(ran).toEqual(['second', 'opened meanwhile', 'first']);
  });
});
