import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sessions } from '../catalog/sessions.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { FinishQueue } from './queue.ts';
import { QueueFixture } from './testing/queue-fixture.ts';

let fixture: QueueFixture;
let queue: FinishQueue;

beforeEach(async () => {
  fixture = await QueueFixture.open();
  queue = fixture.createQueue();
});
afterEach(async () => {
  await fixture.close();
});

describe('FinishQueue, when a back end fails,', () => {
  it('retries until the storage works, and lists the session as closed meanwhile', async () => {
    let outage = 3;
    const put = fixture.storage.put.bind(fixture.storage);
    fixture.storage.put = async (key, path) => {
      if (outage-- > 0) throw new GatewayError('STORAGE_UNAVAILABLE');
      expect((await fixture.catalog.sessions.get('session-1'))?.state).toBe('closed');
      return await put(key, path);
    };
    queue.add(await fixture.closedSession('session-1'));
    await vi.waitUntil(() => queue.size === 0);
    expect((await fixture.catalog.sessions.get('session-1'))?.state).toBe('stored');
    expect(outage).toBe(-1);
    // One entry per outage.
    expect(fixture.logged.match(/STORAGE_UNAVAILABLE/g)).toHaveLength(1);
  });

  it('retries until the catalog works, without storing the dump twice', async () => {
    let outage = 3;
    let stored = 0;
    const broken: Pick<Sessions, 'put'> = {
      put: (row) =>
        outage-- > 0 ? Promise.reject(new GatewayError('CATALOG_UNAVAILABLE')) : fixture.catalog.sessions.put(row),
    };
    const put = fixture.storage.put.bind(fixture.storage);
    fixture.storage.put = (key, path) => {
      stored++;
      return put(key, path);
    };
    queue = fixture.createQueue({ catalog: broken });
    queue.add(await fixture.closedSession('session-1'));
    await vi.waitUntil(() => queue.size === 0);
    expect((await fixture.catalog.sessions.get('session-1'))?.state).toBe('stored');
    expect(stored).toBe(1);
  });

  it('stops during an outage and leaves the session in the spool', async () => {
    fixture.storage.put = () => Promise.reject(new GatewayError('STORAGE_UNAVAILABLE'));
    const session = await fixture.closedSession('session-1');
    queue.add(session);
    await queue.stop();
    await queue.stop();
    expect(existsSync(session.path)).toBe(true);
  });

  it('retries writing a session that could not be written completely', async () => {
    const closed = await fixture.closedSession('session-1');
    let outage = 3;
    queue.add({
      facts: closed.facts,
      write: async () => {
        if (outage-- > 0) throw new GatewayError('DATA_DIRECTORY_UNUSABLE');
        return closed;
      },
    });
    await vi.waitUntil(() => queue.size === 0);
    expect(outage).toBe(-1);
    expect((await fixture.catalog.sessions.get('session-1'))?.state).toBe('stored');
  });

  it('does not try every session while the storage is down, and finishes all of them afterwards', async () => {
    const put = fixture.storage.put.bind(fixture.storage);
    let tries = 0;
    let outage = true;
    fixture.storage.put = (key, path) => {
      if (!outage) return put(key, path);
      tries++;
      return Promise.reject(new GatewayError('STORAGE_UNAVAILABLE'));
    };
    queue = fixture.createQueue({ firstRetry: 1000 });
    const ids = Array.from({ length: 400 }, (_, index) => `session-${index}`);
    for (const session of await Promise.all(ids.map((id) => fixture.closedSession(id)))) queue.add(session);
    const closed = async (): Promise<number> =>
      (await fixture.catalog.sessions.list({ state: 'closed' })).sessions.length;
    await vi.waitUntil(async () => tries >= 4 && (await closed()) === tries);
    expect(tries).toBeLessThan(100);
    expect(queue.size).toBe(400);
    outage = false;
    await vi.waitUntil(() => queue.size === 0);
    expect((await fixture.catalog.sessions.list({ state: 'stored', limit: 1000 })).sessions).toHaveLength(400);
    expect(await fixture.spoolFiles()).toEqual([]);
    expect(fixture.logged).toContain('sessions are finished again');
  });

  it('lists a session that ends during an outage as closed, although it is not tried', async () => {
    fixture.storage.put = () => Promise.reject(new GatewayError('STORAGE_UNAVAILABLE'));
    queue = fixture.createQueue({ firstRetry: 60_000 });
    for (let count = 0; count < 4; count++) queue.add(await fixture.closedSession(`session-${count}`));
    await vi.waitUntil(async () => (await fixture.catalog.sessions.list({ state: 'closed' })).sessions.length === 4);
    queue.add(await fixture.closedSession('late'));
    await vi.waitUntil(async () => (await fixture.catalog.sessions.get('late'))?.state === 'closed');
  });

  it('finishes all other sessions while one cannot be stored', async () => {
    const put = fixture.storage.put.bind(fixture.storage);
    fixture.storage.put = (key, path) =>
      key.includes('bad') ? Promise.reject(new GatewayError('STORAGE_UNAVAILABLE')) : put(key, path);
    queue.add(await fixture.closedSession('bad'));
    for (let count = 0; count < 20; count++) queue.add(await fixture.closedSession(`good-${count}`));
    await vi.waitUntil(async () => (await fixture.catalog.sessions.list({ state: 'stored' })).sessions.length === 20);
    expect(queue.size).toBe(1);
  });

  it('stops in time although the storage does not answer', async () => {
    fixture.storage.put = () => new Promise(() => {});
    const session = await fixture.closedSession('session-1');
    queue.add(session);
    await queue.stop(10);
    expect(existsSync(session.path)).toBe(true);
    expect(fixture.logged).toContain('left in the spool for the next start');
  });
});
