import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GatewayError } from '../errors/gateway-error.ts';
import { QueueFixture } from './testing/queue-fixture.ts';

let fixture: QueueFixture;
/** Ids of the sessions that are erased. */
let erased: Set<string>;
const rowsRemoved: string[] = [];
const erasedSessions = {
  has: ({ id }: { readonly id: string }): boolean => erased.has(id),
  discarded: async (id: string): Promise<void> => {
    rowsRemoved.push(id);
    await fixture.catalog.sessions.delete(id);
  },
};

beforeEach(async () => {
  fixture = await QueueFixture.open();
  erased = new Set();
  rowsRemoved.length = 0;
});
afterEach(async () => {
  await fixture.close();
});

it('discards sessions that wait for the storage, and others are stored once it is back', async () => {
  let isDown = true;
  const put = fixture.storage.put.bind(fixture.storage);
  fixture.storage.put = (key, path) =>
    isDown ? Promise.reject(new GatewayError('STORAGE_UNAVAILABLE')) : put(key, path);
  const queue = fixture.createQueue({ erased: erasedSessions, firstRetry: 60_000 });
  for (let n = 0; n < 8; n++) queue.add(await fixture.closedSession(`session-${n}`));
  await vi.waitUntil(async () => (await fixture.catalog.sessions.list({ state: 'closed' })).sessions.length > 0);
  erased.add('session-1').add('session-6');
  expect(await queue.erase(new Set(['session-1']))).toBe(0);
  const files = await fixture.spoolFiles();
  expect(files.filter((name) => /^session-[16]\./.test(name))).toEqual([]);
  expect(files.filter((name) => name.endsWith('.closed'))).toHaveLength(6);
  expect(rowsRemoved.sort()).toEqual(['session-1', 'session-6']);
  isDown = false;
});

it('discards files of an earlier process that a restored backup brought back', async () => {
  const { path } = await fixture.closedSession('session-1');
  erased.add('session-1');
  const queue = fixture.createQueue({ erased: erasedSessions });
  queue.add(path);
  await vi.waitUntil(() => queue.size === 0);
  expect(await fixture.spoolFiles()).toEqual([]);
  expect(await fixture.catalog.sessions.get('session-1')).toBeUndefined();
  expect(fixture.logged).toContain('session discarded: its subject was erased');
});

it('removes a dump that was stored before its row was written', async () => {
  const queue = fixture.createQueue({
    erased: erasedSessions,
    catalog: { put: () => Promise.reject(new GatewayError('CATALOG_UNAVAILABLE')) },
    firstRetry: 60_000,
  });
  const key = '2026/03/01/session-1.gz';
  queue.add(await fixture.closedSession('session-1'));
  await vi.waitUntil(async () =>
    fixture.storage.get(key).then(
      (dump) => dump.destroy() && fixture.logged.includes('sessions wait'),
      () => false,
    ),
  );
  erased.add('session-1');
  expect(await queue.erase(new Set())).toBe(0);
  await expect(fixture.storage.get(key)).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
  expect(await fixture.spoolFiles()).toEqual([]);
});
