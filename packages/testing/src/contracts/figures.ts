import type { Catalog } from 'rtcstats-server/catalog';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analysisRow, sessionRow } from '../session-row.ts';

/** The contract of the figures in every catalog. `create` makes an empty one that is migrated. */
export function describeFigures(name: string, create: () => Promise<Catalog>): void {
  describe(`${name} as a catalog of figures`, () => {
    let catalog: Catalog;
    beforeEach(async () => {
      catalog = await create();
    });
    afterEach(() => catalog.close());

    it('counts the sessions of a state, and no further than asked', async () => {
      for (const id of ['a', 'b', 'c']) await catalog.sessions.put(sessionRow(id));
      await catalog.sessions.put(sessionRow('d', { state: 'quarantined' }));
      const { figures } = catalog;
      expect(await figures.sessions('stored', 100)).toBe(3);
      expect(await figures.sessions('stored', 2)).toBe(2);
      expect(await figures.sessions('quarantined', 100)).toBe(1);
      expect(await figures.sessions('closed', 100)).toBe(0);
    });

    it('says when the oldest session of a state started', async () => {
      const { figures } = catalog;
      expect(await figures.oldest('stored')).toBeUndefined();
      await catalog.sessions.put(sessionRow('a', { startedAt: '2026-03-02T00:00:00.000Z' }));
      await catalog.sessions.put(sessionRow('b', { startedAt: '2026-03-01T00:00:00.000Z' }));
      await catalog.sessions.put(sessionRow('c', { startedAt: '2026-02-01T00:00:00.000Z', state: 'quarantined' }));
      expect(await figures.oldest('stored')).toBe('2026-03-01T00:00:00.000Z');
      expect(await figures.oldest('quarantined')).toBe('2026-02-01T00:00:00.000Z');
    });

    it('gives the stored sessions in pages, newest first, with or without an analysis', async () => {
      const at = (hour: number): string => `2026-03-01T1${hour}:00:00.000Z`;
      const row = { user: 'u', conference: 'c', country: 'DE', userAgent: 'agent' };
      const analysis = analysisRow();
      await catalog.sessions.put(sessionRow('b', { startedAt: at(1), ...row }), analysis);
      // The order is that of bytes in every engine.
      for (const id of ['_', 'A', 'a']) await catalog.sessions.put(sessionRow(id, { startedAt: at(1) }));
      await catalog.sessions.put(sessionRow('new', { startedAt: at(2) }));
      await catalog.sessions.put(sessionRow('dirty', { startedAt: at(3), state: 'quarantined' }));
      const { figures } = catalog;
      const first = await figures.newest({ limit: 2 });
      expect(first.map(({ id }) => id)).toEqual(['new', 'b']);
      const receipt = JSON.stringify(sessionRow('b').receipt);
      expect(first[1]).toEqual({ id: 'b', startedAt: at(1), ...row, receipt, document: analysis.document });
      const rest = await figures.newest({ limit: 10, after: first[1]! });
      expect(rest.map(({ id, document }) => [id, document])).toEqual([
        ['a', null],
        ['_', null],
        ['A', null],
      ]);
      expect(await figures.newest({ limit: 10, after: rest[2]! })).toEqual([]);
    });
  });
}
