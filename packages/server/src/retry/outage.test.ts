import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.ts';
import { waitUntilReachable } from './outage.ts';

const BACK_END = 'the storage cannot be reached';
let logged: { level: number; msg: string; code?: string }[];
const log = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) });

beforeEach(() => {
  logged = [];
});

const down = (): Promise<never> => Promise.reject(new GatewayError('STORAGE_UNAVAILABLE'));
const wrong = (): Promise<never> => Promise.reject(new GatewayError('STORAGE_MISCONFIGURED'));

describe('a command, which has no log', () => {
  it('goes on when the back end answers', async () => {
    await waitUntilReachable(() => Promise.resolve(), undefined, BACK_END);
  });

  it('fails when the back end is down', async () => {
    await expect(waitUntilReachable(down, undefined, BACK_END)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });
});

describe('a gateway', () => {
  it('goes on when the back end answers, and logs nothing', async () => {
    await waitUntilReachable(() => Promise.resolve(), log, BACK_END);
    expect(logged).toEqual([]);
  });

  it('goes on when the back end is down, with a warning', async () => {
    await waitUntilReachable(down, log, BACK_END);
    expect(logged).toMatchObject([{ level: 40, code: 'STORAGE_UNAVAILABLE', msg: expect.stringContaining(BACK_END) }]);
  });

  it.each([
    ['a wrong configuration', wrong, { code: 'STORAGE_MISCONFIGURED' }],
    ['an error that is not the back end’s', () => Promise.reject(new TypeError('odd')), { name: 'TypeError' }],
  ])('fails with %s, which waiting does not fix', async (_, probe, error) => {
    await expect(waitUntilReachable(probe, log, BACK_END)).rejects.toMatchObject(error);
    expect(logged).toEqual([]);
  });

  it('goes on without an answer after the longest wait, with a warning', async () => {
    const probe = Promise.withResolvers<void>();
    await waitUntilReachable(() => probe.promise, log, BACK_END, 10);
    expect(logged).toMatchObject([{ level: 40, msg: expect.stringContaining(BACK_END) }]);
    // The next caller reports an error that comes later. Here it must not become an unhandled rejection.
    probe.reject(new GatewayError('STORAGE_MISCONFIGURED'));
    await setImmediate();
    expect(logged).toHaveLength(1);
  });
});
