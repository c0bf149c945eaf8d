import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanNames, presetPolicy } from '@rtcstats-server/privacy';
import { beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { EraseRequest } from './contract.ts';
import { DAY_MS, KEYS, openGateway, openStores, type Stores } from './testing/gateway-fixture.ts';

const ALICE: EraseRequest = { kind: 'user', name: 'alice@example.com', by: 'anna' };
const NOW = Date.now();

/** The pseudonym of a user, some days ago. */
function userAt(name: string, daysAgo: number): string {
  const policy = { ...presetPolicy('standard'), keepOpaqueIdentifiers: false };
  return cleanNames('user', name, policy, KEYS.current(NOW - daysAgo * DAY_MS))[0]!;
}

function started(daysAgo: number): string {
  return new Date(NOW - daysAgo * DAY_MS).toISOString();
}

let stores: Stores;
beforeEach(async () => {
  stores = await openStores();
  for (const daysAgo of [1, 2, 3]) {
    await stores.store(`alice-${daysAgo}`, { user: userAt(ALICE.name, daysAgo), startedAt: started(daysAgo) });
    await stores.store(`bob-${daysAgo}`, { user: userAt('bob', daysAgo), startedAt: started(daysAgo) });
  }
});

async function ids(): Promise<string[]> {
  return (await stores.catalog.sessions.list({})).sessions.map(({ id }) => id).sort();
}

const BOBS = ['bob-1', 'bob-2', 'bob-3'];

describe('an erasure', () => {
  it('finds the sessions of all key epochs, and leaves a receipt that names nobody', async () => {
    const { service } = await openGateway(stores);
    expect(await service.preview(ALICE)).toEqual({ sessions: 3, states: { stored: 3 }, forwarded: 0, elsewhere: 0 });
    expect(await service.overview(ALICE)).toMatchObject({
      sessions: 3,
      holds: [],
      newest: [1, 2, 3].map((daysAgo) => ({ id: `alice-${daysAgo}` })),
      destroyedEpochs: 0,
    });
    expect(await ids()).toHaveLength(6);
    const receipt = await service.erase(ALICE);
    expect(receipt).toMatchObject({
      kind: 'user',
      by: 'anna',
      sessions: 3,
      live: 0,
      finishedAt: expect.any(String),
      places: { dump: { removed: 3 }, catalog: { removed: 3 } },
      waitsFor: {},
    });
    expect(await ids()).toEqual(BOBS);
    expect((await stores.dumps()).length).toBe(3);
    for (const path of ['catalog.sqlite', 'catalog.sqlite-wal', `gateway-1/tombstones/${receipt.id}.json`]) {
      const bytes = await readFile(join(stores.directory, path));
      for (const name of [ALICE.name, ...[1, 2, 3].map((day) => userAt(ALICE.name, day))]) {
        expect(bytes.includes(name)).toBe(false);
      }
    }
  });

  it('is found by a pseudonym as well, which stands for one epoch', async () => {
    const { service } = await openGateway(stores);
    await service.erase({ ...ALICE, name: userAt(ALICE.name, 2) });
    expect(await ids()).toEqual(['alice-1', 'alice-3', ...BOBS]);
  });

  it('changes nothing when it is repeated, and has a receipt even if there was nothing', async () => {
    const { service } = await openGateway(stores);
    const first = await service.erase(ALICE);
    expect(await service.erase(ALICE)).toEqual(first);
    const nobody = await service.erase({ ...ALICE, name: 'carol' });
    expect(nobody).toMatchObject({ sessions: 0, places: {}, finishedAt: expect.any(String) });
    expect(await stores.catalog.erasures.list({})).toHaveLength(2);
  });

  it('is refused under a legal hold, with its reason', async () => {
    const name = userAt(ALICE.name, 2);
    const hold = { id: 'h', kind: 'user', name, names: [name], reason: 'court file 7', createdAt: started(0) } as const;
    await stores.catalog.holds.add({ ...hold, coversUntil: null });
    const { service } = await openGateway(stores);
    const refused = { code: 'SUBJECT_HELD', message: expect.stringContaining('court file 7') };
    await expect(service.preview(ALICE)).rejects.toMatchObject(refused);
    expect(await service.overview(ALICE)).toMatchObject({ sessions: 3, holds: [{ hold: { id: 'h' }, sessions: 1 }] });
    await expect(service.erase(ALICE)).rejects.toMatchObject(refused);
    expect(await ids()).toHaveLength(6);
    expect(await stores.catalog.erasures.list({})).toEqual([]);
  });

  it('keeps what is recorded after it', async () => {
    const { service } = await openGateway(stores);
    await service.erase(ALICE);
    await stores.store('later', { user: userAt(ALICE.name, 0), startedAt: new Date(Date.now() + 1000).toISOString() });
    const { job } = await openGateway(stores);
    await job.round();
    expect(await ids()).toEqual([...BOBS, 'later']);
    expect(await service.erase({ ...ALICE, by: 'bert' })).toMatchObject({ by: 'bert', sessions: 0 });
  });
});

describe('what cannot be removed yet', () => {
  it('is named, and removed by the gateway that has it', async () => {
    const user = userAt(ALICE.name, 1);
    await stores.store('elsewhere', { user, state: 'quarantined', storageKey: null, host: 'gateway-2' });
    await stores.store('live', { user, state: 'recording', storageKey: null, host: 'gateway-2' });
    const [first, second] = [await openGateway(stores), await openGateway(stores, { host: 'gateway-2' })];
    await second.quarantine('elsewhere');
    expect(await first.service.preview(ALICE)).toMatchObject({ sessions: 5, elsewhere: 1 });
    const receipt = await first.service.erase(ALICE);
    expect(receipt).toMatchObject({
      finishedAt: null,
      sessions: 5,
      places: { dump: { removed: 3, pending: 1 }, spool: { pending: 1 }, catalog: { removed: 3, pending: 2 } },
    });
    expect(Object.keys(receipt.waitsFor).join()).toMatch(
      /quarantine of the gateway "gateway-2".*the gateway "gateway-2"/,
    );
    // Asked again, it is the same erasure.
    expect((await first.service.erase(ALICE)).id).toBe(receipt.id);
    await second.job.round();
    expect(await stores.catalog.erasures.get(receipt.id)).toMatchObject({
      finishedAt: expect.any(String),
      sessions: 5,
      places: { dump: { removed: 4 }, spool: { removed: 1 }, catalog: { removed: 5 } },
      waitsFor: {},
    });
    expect(await second.quarantined()).toEqual([]);
    expect(second.tombstones.has(receipt.id)).toBe(true);
    expect(await ids()).toEqual(BOBS);
  });

  it('is tried again after a failure of the storage', async () => {
    let isDown = true;
    const { service, job } = await openGateway(stores, {
      removal: (usual) => ({
        remove: (row, reason) =>
          isDown ? Promise.reject(new GatewayError('STORAGE_UNAVAILABLE')) : usual.remove(row, reason),
      }),
    });
    const receipt = await service.erase(ALICE);
    expect(receipt).toMatchObject({ finishedAt: null, waitsFor: { STORAGE_UNAVAILABLE: 3 } });
    isDown = false;
    await job.round(receipt.id);
    expect(await stores.catalog.erasures.get(receipt.id)).toMatchObject({
      sessions: 3,
      places: { catalog: { removed: 3 } },
      finishedAt: expect.any(String),
    });
  });

  it('waits for the spool, in which sessions may be that are about to be finished', async () => {
    await stores.store('live', { user: userAt(ALICE.name, 0), state: 'closed', storageKey: null });
    const { service } = await openGateway(stores, { discarded: { live: [], pending: true } });
    expect(await service.erase(ALICE)).toMatchObject({ waitsFor: { 'the spool of this gateway': 1 } });
    const { job } = await openGateway(stores);
    await job.round();
    expect(await ids()).toEqual(BOBS);
  });
});

it('is ended by the next process, whenever the one before was killed', async () => {
  for (let removed = 0; removed <= 3; removed++) {
    stores = await openStores();
    for (let n = 1; n <= 3; n++)
      await stores.store(`alice-${n}`, { user: userAt(ALICE.name, n), startedAt: started(n) });
    let left = removed;
    const killed = await openGateway(stores, {
      removal: (usual) => ({
        remove: async (row, reason) => {
          if (left-- > 0) return await usual.remove(row, reason);
          // Nothing is done any more, as after a kill: the dump of the last one may be gone, its row is not.
          await stores.storage.delete(row.storageKey!);
          return await new Promise(() => {});
        },
      }),
    });
    void killed.service.erase(ALICE);
    if (removed === 3) await expect.poll(ids).toEqual([]);
    else await expect.poll(async () => (await stores.dumps()).length).toBe(2 - removed);
    // The claim of the killed process expires.
    const [open] = await stores.catalog.erasures.open();
    const next = await openGateway(stores);
    if (open) {
      await expireClaim(open.id);
      await next.job.round();
    }
    const [receipt] = await stores.catalog.erasures.list({});
    expect(receipt).toMatchObject({ sessions: 3, places: { catalog: { removed: 3 } }, finishedAt: expect.any(String) });
    expect(await ids()).toEqual([]);
  }
});

async function expireClaim(id: string): Promise<void> {
  const { erasures } = stores.catalog;
  const far = new Date(Date.now() + 365 * DAY_MS).toISOString();
  expect(await erasures.claim(id, 'test', far, far)).toBe(true);
  await erasures.release(id, 'test');
}

describe('a restored catalog', () => {
  it('is erased again by the tombstones, which only know hashes', async () => {
    const { service } = await openGateway(stores);
    const { id, hashes } = await service.erase(ALICE);
    const restored = await openStores();
    await restored.store('again', { user: userAt(ALICE.name, 3), startedAt: started(3) });
    await restored.store('bob', { user: userAt('bob', 3), startedAt: started(3) });
    const directory = join(stores.directory, 'gateway-1/tombstones');
    const [file] = await readdir(directory);
    const text = await readFile(join(directory, file!), 'utf8');
    expect(JSON.parse(text)).toEqual({ id, kind: 'user', requestedAt: expect.any(String), hashes });

    const gateway = await openGateway({ ...stores, catalog: restored.catalog, storage: restored.storage });
    await gateway.job.round();
    const { sessions } = await restored.catalog.sessions.list({});
    expect(sessions.map((row) => row.id)).toEqual(['bob']);
    expect(await restored.catalog.erasures.get(id)).toMatchObject({ by: 'replay', sessions: 1, hashes });
  });

  it('is left alone without a tombstone, and a lost one is made again from the receipt', async () => {
    const { service } = await openGateway(stores);
    const { id } = await service.erase(ALICE);
    await rm(join(stores.directory, 'gateway-1/tombstones'), { recursive: true });
    const next = await openGateway(stores);
    expect(next.tombstones.has(id)).toBe(false);
    await next.job.round();
    expect(next.tombstones.has(id)).toBe(true);
    expect(await ids()).toEqual(BOBS);
  });
});
