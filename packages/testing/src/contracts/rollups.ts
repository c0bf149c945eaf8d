import type { Catalog } from 'rtcstats-server/catalog';
import type { AnalysisRow } from 'rtcstats-server/catalog/analyses';
import { MAX_VALUES, type RollupRange, type Rollups } from 'rtcstats-server/catalog/rollups';
import type { SessionRow } from 'rtcstats-server/catalog/sessions';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analysisRow, sessionRow } from '../session-row.ts';

const NOW = '2026-03-03T00:00:00.000Z';
const DAY: RollupRange = { granularity: 'day', from: '2026-03-01', to: '2026-03-02' };
const MARCH: RollupRange = { granularity: 'day', from: '2026-03-01', to: '2026-04-01' };
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

/** The contract of the rollups in every catalog. `create` makes an empty one that is migrated. */
export function describeRollups(name: string, create: () => Promise<Catalog>): void {
  describe(`${name} as a catalog of rollups`, () => {
    let catalog: Catalog;
    let rollups: Rollups;
    beforeEach(async () => {
      catalog = await create();
      rollups = catalog.rollups;
    });
    afterEach(() => catalog.close());

    const put = (id: string, session: Partial<SessionRow> = {}, analysis: Partial<AnalysisRow> = {}): Promise<void> =>
      catalog.sessions.put(sessionRow(id, session), analysisRow(analysis));
    const values = async (dimension: Parameters<Rollups['byValue']>[1], range = MARCH) =>
      (await rollups.byValue(range, dimension)).map(({ value, calls }) => [value, calls]);
    const total = async (range = MARCH): Promise<number> =>
      (await rollups.byPeriod(range)).reduce((sum, { calls }) => sum + calls, 0);

    it('counts a call in every dimension, once it is folded', async () => {
      await put('a', { userAgent: CHROME, country: 'DE' });
      expect(await rollups.byPeriod(MARCH)).toEqual([]);
      expect(await rollups.fold(10, NOW)).toBe(1);
      expect(await rollups.fold(10, NOW)).toBe(0);
      const verdicts = { good: 0, degraded: 0, bad: 1, failed: 0, notJudged: 0 };
      expect(await rollups.byPeriod(MARCH)).toEqual([{ period: '2026-03-01', calls: 1, verdicts }]);
      const hours: RollupRange = { granularity: 'hour', from: '2026-03-01T10', to: '2026-03-01T11' };
      expect(await rollups.byPeriod(hours)).toEqual([{ period: '2026-03-01T10', calls: 1, verdicts }]);
      expect(await values('browser')).toEqual([['Chrome 156', 1]]);
      expect(await values('os')).toEqual([['Linux', 1]]);
      expect(await values('country')).toEqual([['DE', 1]]);
      expect(await values('origin')).toEqual([['https://meet.example.com', 1]]);
      expect(await values('network')).toEqual([['wifi', 1]]);
      expect(await values('route')).toEqual([['direct', 1]]);
      expect(await values('score')).toEqual([['40-59', 1]]);
      expect(await values('observation')).toEqual([['packet-loss', 1]]);
    });

    it('counts what is not known as unknown', async () => {
      const call = { setupMs: null, network: null, route: null };
      await put('a', { userAgent: null, origin: null }, { experience: null, verdict: 'notJudged', problems: [], call });
      await rollups.fold(10, NOW);
      for (const dimension of ['browser', 'os', 'country', 'origin', 'network', 'route', 'score'] as const) {
        expect(await values(dimension)).toEqual([['unknown', 1]]);
      }
      expect(await values('observation')).toEqual([]);
    });

    it('gives the distributions of scores and setup times', async () => {
      for (const [index, experience] of [90, 90, 40].entries()) {
        await put(`s${index}`, {}, { experience, call: { setupMs: 1000 * index, network: null, route: 'relay' } });
      }
      await rollups.fold(10, NOW);
      const distributions = await rollups.distributions(MARCH, 'route', ['relay', 'direct']);
      expect([...distributions.keys()]).toEqual(['relay']);
      const { experience, setup } = distributions.get('relay')!;
      expect([...experience].sort()).toEqual([
        [40, 1],
        [90, 2],
      ]);
      expect(setup.size).toBe(3);
    });

    it('replaces the contribution of an analysis that is replaced, and removes that of one that is removed', async () => {
      await put('a');
      await rollups.fold(10, NOW);
      await put('a', { country: 'FR' }, { verdict: 'good', experience: 98, problems: [] });
      await rollups.fold(10, NOW);
      expect(await total()).toBe(1);
      expect(await values('country')).toEqual([['FR', 1]]);
      expect(await values('score')).toEqual([['80-100', 1]]);
      expect(await values('observation')).toEqual([]);
      await catalog.analyses.put('a', analysisRow({ verdict: 'degraded', experience: 70 }));
      await rollups.fold(10, NOW);
      expect(await values('score')).toEqual([['60-79', 1]]);
      await catalog.sessions.put(sessionRow('a', { state: 'quarantined' }), null);
      await rollups.fold(10, NOW);
      expect(await total()).toBe(0);
    });

    it('counts a call once when finishing is repeated, before and after it is folded', async () => {
      await Promise.all([put('a'), put('a')]);
      await put('a');
      await rollups.fold(10, NOW);
      await put('a');
      expect(await rollups.fold(10, NOW)).toBe(0);
      expect(await total()).toBe(1);
    });

    it('keeps the count of a session that is deleted, folded or not', async () => {
      await Promise.all([put('a'), put('b')]);
      await rollups.fold(1, NOW);
      await Promise.all([catalog.sessions.delete('a'), catalog.sessions.delete('b')]);
      await rollups.fold(10, NOW);
      expect(await total()).toBe(2);
    });

    it('counts each call once when it is folded in small steps by several processes at once', async () => {
      await Promise.all(Array.from({ length: 60 }, (_, index) => put(`s${index}`, { country: `C${index % 3}` })));
      await Promise.all([rollups.fold(7, NOW), rollups.fold(7, NOW), rollups.fold(7, NOW)]);
      while ((await rollups.fold(7, NOW)) > 0);
      expect(await total()).toBe(60);
      expect(await values('country')).toEqual([
        ['C0', 20],
        ['C1', 20],
        ['C2', 20],
      ]);
    });

    it('counts values beyond the most per day as other, and takes them away from there; a month has more', async () => {
      const last = MAX_VALUES + 4;
      await Promise.all(
        Array.from({ length: last + 1 }, (_, index) => put(`s${index}`, { origin: `https://${index}.example` })),
      );
      await rollups.fold(1000, NOW);
      const counted = await values('origin', DAY);
      expect(counted).toHaveLength(MAX_VALUES + 1);
      expect(counted[0]).toEqual(['other', 5]);
      expect(await values('origin')).toHaveLength(last + 1);
      await put(`s${last}`, { origin: 'https://0.example' });
      await rollups.fold(1000, NOW);
      expect((await values('origin', DAY)).slice(0, 2)).toEqual([
        ['other', 4],
        ['https://0.example', 2],
      ]);
    });

    it('deletes counts of old hours, and does not make them again; those of days stay', async () => {
      await put('a');
      await rollups.fold(10, NOW);
      const hours: RollupRange = { granularity: 'hour', from: '2026-03-01T00', to: '2026-03-02T00' };
      const later = '2026-05-01T00:00:00.000Z';
      await rollups.prune(NOW);
      expect(await total(hours)).toBe(1);
      await rollups.prune(later);
      await put('a', { country: 'FR' });
      await rollups.fold(10, later);
      expect(await total(hours)).toBe(0);
      expect(await total()).toBe(1);
      expect(await values('country')).toEqual([['FR', 1]]);
    });

    it('adds whole months and the days around them', async () => {
      const starts = ['02-27', '02-28', '03-01', '03-15', '03-31', '04-01', '05-02', '05-03'];
      await Promise.all(
        starts.map((day, index) =>
          put(
            `s${index}`,
            { startedAt: `2026-${day}T12:00:00.000Z`, country: index % 2 ? 'FR' : 'DE' },
            { experience: 50 },
          ),
        ),
      );
      await rollups.fold(100, NOW);
      for (const [from, to, DE, FR] of [
        ['2026-02-28', '2026-05-03', 3, 3],
        ['2026-03-01', '2026-05-01', 2, 2],
        ['2026-03-01', '2026-03-31', 1, 1],
        ['2026-02-28', '2026-03-15', 1, 1],
        ['2026-02-27', '2026-05-04', 4, 4],
      ] as const) {
        const range: RollupRange = { granularity: 'day', from, to };
        expect(await values('country', range)).toEqual([
          ['DE', DE],
          ['FR', FR],
        ]);
        const distributions = await rollups.distributions(range, 'country', ['DE']);
        expect(distributions.get('DE')?.experience).toEqual(new Map([[50, DE]]));
      }
      await put('s2', { startedAt: '2026-03-01T12:00:00.000Z', country: 'FR' }, { experience: 50 });
      await rollups.fold(100, NOW);
      expect(await values('country', MARCH)).toEqual([
        ['FR', 2],
        ['DE', 1],
      ]);
    });

    it('takes texts that no database can hold, and long ones', async () => {
      await put('a', { origin: `a\0\ud800${'b'.repeat(5000)}` });
      await rollups.fold(10, NOW);
      expect(await total()).toBe(1);
    });
  });
}
