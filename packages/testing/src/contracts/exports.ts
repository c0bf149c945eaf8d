import type { Catalog } from 'rtcstats-server/catalog';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analysisRow, sessionRow } from '../session-row.ts';

/** The contract of the exports in every catalog. `create` makes an empty one that is migrated. */
export function describeExports(name: string, create: () => Promise<Catalog>): void {
  describe(`${name} as a catalog of exports`, () => {
    let catalog: Catalog;
    beforeEach(async () => {
      catalog = await create();
    });
    afterEach(() => catalog.close());

    it('gives the calls of a gateway in parts of one day, the oldest first', async () => {
      const at = async (id: string, startedAt: string, host = 'gateway-1'): Promise<void> => {
        await catalog.sessions.put(sessionRow(id, { startedAt, host }), analysisRow());
      };
      await at('c', '2026-03-02T00:00:00.000Z');
      await at('b', '2026-03-01T23:59:59.999Z');
      await at('a', '2026-03-01T23:59:59.999Z');
      await at('other', '2026-03-01T00:00:00.000Z', 'gateway-2');
      await catalog.sessions.put(sessionRow('not-analyzed'));
      const { exports } = catalog;
      const first = await exports.begin('gateway-1', 10);
      expect(first).toEqual({ name: expect.stringMatching(/^[0-9a-f]{24}$/), day: '2026-03-01', sessions: ['a', 'b'] });
      await exports.finish(first!);
      const second = await exports.begin('gateway-1', 10);
      expect(second).toMatchObject({ day: '2026-03-02', sessions: ['c'] });
      await exports.finish(second!);
      expect(await exports.begin('gateway-1', 10)).toBeUndefined();
      expect(await exports.begin('gateway-2', 10)).toMatchObject({ sessions: ['other'] });
    });

    it('gives the same part until it is finished, with the calls that are in it', async () => {
      for (const id of ['a', 'b']) await catalog.sessions.put(sessionRow(id), analysisRow());
      const { exports } = catalog;
      const part = (await exports.begin('gateway-1', 1))!;
      expect(part.sessions).toEqual(['a']);
      expect(await exports.begin('gateway-1', 10)).toEqual(part);
      expect(await exports.calls(part.name, ['a', 'b'])).toEqual([
        expect.objectContaining({
          id: 'a',
          verdict: 'bad',
          host: 'gateway-1',
          observations: analysisRow().observations,
        }),
      ]);
      expect(await exports.calls(part.name, [])).toEqual([]);
    });

    it('gives an analysis again that replaced an exported one', async () => {
      await catalog.sessions.put(sessionRow('a'), analysisRow());
      const { exports } = catalog;
      const first = (await exports.begin('gateway-1', 10))!;
      await exports.finish(first!);
      await catalog.sessions.put(sessionRow('a', { country: 'DE' }));
      expect(await exports.begin('gateway-1', 10)).toBeUndefined();
      await catalog.analyses.put('a', analysisRow({ analyzedAt: '2026-04-01T00:00:00.000Z' }));
      const second = (await exports.begin('gateway-1', 10))!;
      expect(second.sessions).toEqual(['a']);
      expect(second.name).not.toBe(first.name);
    });
  });
}
