import type { Catalog } from 'rtcstats-server/catalog';
import type { Sessions } from 'rtcstats-server/catalog/sessions';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analysisRow, sessionRow } from '../session-row.ts';

/** The contract of every catalog. `create` makes an empty one that is migrated. */
export function describeCatalog(name: string, create: () => Promise<Catalog>): void {
  describe(`${name} as a catalog`, () => {
    let catalog: Catalog;

    const ids = async (query: Parameters<Sessions['list']>[0]): Promise<string[]> =>
      (await catalog.sessions.list(query)).sessions.map(({ id }) => id);

    beforeEach(async () => {
      catalog = await create();
    });
    afterEach(() => catalog.close());

    it('gives back the row it was given', async () => {
      const full = sessionRow('a', {
        user: 'anna',
        conference: 'c',
        session: 's',
        signed: ['user', 'session'],
        country: 'DE',
        forward: false,
      });
      const bare = sessionRow('b', {
        state: 'recording',
        endedAt: null,
        closeCode: null,
        storedBytes: null,
        storageKey: null,
        origin: null,
        userAgent: null,
      });
      await Promise.all([catalog.sessions.put(full), catalog.sessions.put(bare)]);
      expect(await catalog.sessions.get('a')).toEqual(full);
      expect(await catalog.sessions.get('b')).toEqual(bare);
      expect(await catalog.sessions.get('c')).toBeUndefined();
    });

    it('keeps what no text of a database can hold from stopping a row, and finds it', async () => {
      await Promise.all([
        catalog.sessions.put(sessionRow('a', { user: 'an\0na\ud800' })),
        catalog.sessions.put(sessionRow('b')),
      ]);
      expect((await catalog.sessions.get('a'))?.user).toBe('an\ufffdna\ufffd');
      expect(await ids({ user: 'an\0na\ud800' })).toEqual(['a']);
      expect(await ids({})).toEqual(['b', 'a']);
      expect(await catalog.sessions.get('\0')).toBeUndefined();
    });

    it('replaces a row that is put again, and keeps the order of the calls', async () => {
      const states = ['recording', 'closed', 'stored'] as const;
      await Promise.all(states.map((state) => catalog.sessions.put(sessionRow('a', { state }))));
      expect((await catalog.sessions.get('a'))?.state).toBe('stored');
      await catalog.sessions.put(sessionRow('a', { state: 'erased' }));
      expect((await catalog.sessions.list({})).sessions.map(({ state }) => state)).toEqual(['erased']);
    });

    it('replaces a stored session with its analysis, unless it has changed or is being removed', async () => {
      const { sessions, analyses, exports, removals } = catalog;
      const row = sessionRow('a', { user: 'user-1' });
      const key = row.storageKey!;
      await sessions.put(row, analysisRow());
      const part = (await exports.begin('gateway-1', 10))!;
      await exports.finish(part);
      const next = { ...row, storedBytes: 800 };
      expect(await sessions.replaceStored('another', next)).toBe(false);
      expect(await sessions.replaceStored(key, sessionRow('b'))).toBe(false);
      expect(await sessions.get('a')).toEqual(row);
      expect(await sessions.replaceStored(key, next, analysisRow({ experience: 70 }))).toBe(true);
      expect(await sessions.get('a')).toEqual(next);
      expect((await analyses.get('a'))!.experience).toBe(70);
      // The files that have the earlier analysis are written again without it.
      expect(await removals.changedParts(row)).toEqual([{ ...part, sessions: [] }]);
      const { host, startedAt } = row;
      await removals.begin({ sessionId: 'a', reason: 'deleted', host, startedAt, requestedAt: startedAt });
      expect(await sessions.replaceStored(key, row)).toBe(false);
      expect(await sessions.get('a')).toEqual(next);
      expect(await ids({})).toEqual(['a']);
    });

    it('deletes after what was put before, also what is not there', async () => {
      const put = catalog.sessions.put(sessionRow('a'));
      await catalog.sessions.delete('a');
      await put;
      await catalog.sessions.delete('a');
      expect(await catalog.sessions.get('a')).toBeUndefined();
    });

    it('may be migrated again', async () => {
      await catalog.sessions.put(sessionRow('a'));
      await catalog.migrate();
      expect(await catalog.sessions.get('a')).toBeDefined();
    });

    it('sorts rows of the same instant by the bytes of their ids', async () => {
      const sorted = ['A', 'B', 'Z', 'a', 'a-b', 'a_b', 'ab', 'b'];
      await Promise.all(sorted.toReversed().map((id) => catalog.sessions.put(sessionRow(id))));
      expect(await ids({})).toEqual(sorted.toReversed());
      const { nextCursor } = await catalog.sessions.list({ limit: 3 });
      expect(await ids({ cursor: nextCursor! })).toEqual(sorted.toReversed().slice(3));
    });

    it('lists the newest first', async () => {
      await Promise.all([
        catalog.sessions.put(sessionRow('old', { startedAt: '2026-03-01T10:00:00.000Z' })),
        catalog.sessions.put(sessionRow('new', { startedAt: '2026-03-03T10:00:00.000Z' })),
        catalog.sessions.put(sessionRow('mid-a', { startedAt: '2026-03-02T10:00:00.000Z' })),
        catalog.sessions.put(sessionRow('mid-b', { startedAt: '2026-03-02T10:00:00.000Z' })),
      ]);
      expect(await ids({})).toEqual(['new', 'mid-b', 'mid-a', 'old']);
    });

    it.each([
      [{ user: 'anna' }, ['b', 'a']],
      [{ conference: 'weekly' }, ['c', 'b']],
      [{ session: 's-3' }, ['c']],
      [{ user: ['anna', 'bert'], conference: ['weekly', 'daily'] }, ['c', 'b']],
      [{ user: Array.from({ length: 2001 }, (_, index) => `user-${index}`) }, []],
      [{ state: 'quarantined' }, ['c']],
      [{ from: '2026-03-02T00:00:00.000Z' }, ['c', 'b']],
      [{ to: '2026-03-02T00:00:00.000Z' }, ['a']],
      [{ from: '2026-03-01T00:00:00.000Z', to: '2026-03-03T00:00:00.000Z' }, ['b', 'a']],
      [{ user: 'anna', conference: 'weekly' }, ['b']],
      [{ user: "anna' or 1=1 --" }, []],
      [{ user: ['nobody', 'bert'] }, ['c']],
      [{ anyName: ['anna', 's-3'] }, ['c', 'b', 'a']],
      [{ anyName: ['a'], user: 'anna' }, ['a']],
      [{ browser: 'Firefox' }, ['c']],
      [{ browser: 'other' }, ['b', 'a']],
      [{ origin: ['https://one.example.com'] }, ['c']],
    ] as const)('finds by %j', async (query, expected) => {
      await Promise.all([
        catalog.sessions.put(sessionRow('a', { startedAt: '2026-03-01T00:00:00.000Z', user: 'anna' })),
        catalog.sessions.put(
          sessionRow('b', {
            startedAt: '2026-03-02T00:00:00.000Z',
            user: 'anna',
            conference: 'weekly',
            session: 's-2',
          }),
        ),
        catalog.sessions.put(
          sessionRow('c', {
            startedAt: '2026-03-03T00:00:00.000Z',
            user: 'bert',
            conference: 'weekly',
            session: 's-3',
            state: 'quarantined',
            userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
            origin: 'https://one.example.com',
          }),
        ),
      ]);
      expect(await ids(query)).toEqual(expected);
    });

    it('knows when the oldest session began', async () => {
      expect(await catalog.sessions.oldestStart()).toBeUndefined();
      await catalog.sessions.put(sessionRow('a', { startedAt: '2026-03-02T00:00:00.000Z' }));
      await catalog.sessions.put(sessionRow('b', { startedAt: '2026-03-01T00:00:00.000Z' }));
      expect(await catalog.sessions.oldestStart()).toBe('2026-03-01T00:00:00.000Z');
    });

    it('counts the sessions of each pseudonym key', async () => {
      for (const [id, keyId] of [
        ['a', 'e684'],
        ['b', 'e684.1'],
        ['c', 'e684'],
        ['d', null],
      ] as const) {
        const row = sessionRow(id);
        await catalog.sessions.put({ ...row, receipt: { ...row.receipt, keyId } });
      }
      expect(await catalog.sessions.countByKey()).toEqual(
        new Map([
          ['e684', 2],
          ['e684.1', 1],
        ]),
      );
    });

    it('pages through all rows once while rows are added', async () => {
      const names = Array.from({ length: 250 }, (_, index) => `s${String(index).padStart(3, '0')}`);
      await Promise.all(names.map((id) => catalog.sessions.put(sessionRow(id))));
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await catalog.sessions.list({ limit: 100, ...(cursor === null ? {} : { cursor }) });
        seen.push(...page.sessions.map(({ id }) => id));
        cursor = page.nextCursor;
        await catalog.sessions.put(sessionRow(`new-${seen.length}`, { startedAt: '2026-04-01T00:00:00.000Z' }));
      } while (cursor !== null);
      expect(seen).toEqual(names.reverse());
    });

    it.each([[{ limit: 0 }], [{ limit: 1001 }], [{ limit: 1.5 }], [{ cursor: 'x' }], [{ cursor: 'WzFd' }]])(
      'refuses %j',
      async (query) => {
        await expect(catalog.sessions.list(query)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      },
    );
  });
}
