import type { Catalog } from 'rtcstats-server/catalog';
import type { StoredAnalysis } from 'rtcstats-server/catalog/analyses';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analysisRow, sessionRow } from '../session-row.ts';

/** The contract of the analyses in every catalog. `create` makes an empty one that is migrated. */
export function describeAnalyses(name: string, create: () => Promise<Catalog>): void {
  describe(`${name} as a catalog of analyses`, () => {
    let catalog: Catalog;
    beforeEach(async () => {
      catalog = await create();
    });
    afterEach(() => catalog.close());

    it('gives back the analysis that was written with its session', async () => {
      await catalog.sessions.put(sessionRow('a'), analysisRow());
      expect(await catalog.analyses.get('a')).toEqual(stored());
      expect(await catalog.analyses.get('b')).toBeUndefined();
      expect(await catalog.analyses.get('\0')).toBeUndefined();
    });

    it('writes the analyses of a batch, each with its own session', async () => {
      const ids = Array.from({ length: 130 }, (_, index) => `s${index}`);
      await Promise.all(
        ids.map((id, index) =>
          catalog.sessions.put(sessionRow(id), index % 3 === 0 ? undefined : analysisRow({ experience: index % 100 })),
        ),
      );
      for (const index of [0, 1, 128, 129]) {
        const analysis = await catalog.analyses.get(`s${index}`);
        expect(analysis?.experience).toBe(index % 3 === 0 ? undefined : index % 100);
      }
    });

    it('keeps the analysis of a row that is put again without one, replaces it by another, and removes it', async () => {
      await catalog.sessions.put(sessionRow('a'), analysisRow());
      await catalog.sessions.put(sessionRow('a', { country: 'DE' }));
      expect(await catalog.analyses.get('a')).toEqual(stored());
      const good = { verdict: 'good', experience: 98, severity: null, problems: [], observations: [] } as const;
      await catalog.sessions.put(sessionRow('a'), analysisRow(good));
      expect(await catalog.analyses.get('a')).toEqual(stored(good));
      await catalog.sessions.put(sessionRow('a', { state: 'quarantined' }), null);
      expect(await catalog.analyses.get('a')).toBeUndefined();
    });

    it('takes the last analysis of rows that are put at the same time', async () => {
      const put = (experience: number) => catalog.sessions.put(sessionRow('a'), analysisRow({ experience }));
      await Promise.all([put(1), put(2), catalog.sessions.put(sessionRow('a'))]);
      expect((await catalog.analyses.get('a'))?.experience).toBe(2);
    });

    it('stores an analysis later, as often as it is repeated, but not of a session that is gone', async () => {
      await catalog.sessions.put(sessionRow('a'));
      expect(await catalog.analyses.put('a', analysisRow())).toBe(true);
      expect(await catalog.analyses.put('a', analysisRow({ analysisVersion: 2 }))).toBe(true);
      expect(await catalog.analyses.get('a')).toEqual(stored({ analysisVersion: 2 }));
      await catalog.sessions.delete('a');
      expect(await catalog.analyses.put('a', analysisRow())).toBe(false);
      await catalog.sessions.put(sessionRow('a'));
      expect(await catalog.analyses.get('a')).toBeUndefined();
    });

    it('replaces an analysis that is put by several gateways at the same time', async () => {
      await catalog.sessions.put(sessionRow('a'));
      const put = (experience: number) => catalog.analyses.put('a', analysisRow({ experience }));
      expect(await Promise.all([put(1), put(2), put(3)])).toEqual([true, true, true]);
      expect([1, 2, 3]).toContain((await catalog.analyses.get('a'))?.experience);
    });

    it('takes the most observations that an analysis has, and texts and times that no database can hold', async () => {
      const [first] = analysisRow().observations;
      const observations = Array.from({ length: 1000 }, () => first!);
      const strange = [Number.NaN, Number.POSITIVE_INFINITY, -1e300, 0.5].map((from) => ({ ...first!, from }));
      const analysis = analysisRow({ observations: [...observations, ...strange, { ...first!, track: 'a\0\ud800' }] });
      await catalog.sessions.put(sessionRow('a'), analysis);
      expect(await catalog.analyses.get('a')).toEqual(stored());
    });

    it('finds sessions without an analysis of this version, in the order of their ids', async () => {
      await Promise.all([
        catalog.sessions.put(sessionRow('missing', { startedAt: '2026-03-02T00:00:00.000Z' })),
        catalog.sessions.put(sessionRow('old'), analysisRow({ analysisVersion: 1 })),
        catalog.sessions.put(sessionRow('failed'), analysisRow({ analysisVersion: 2, failure: 'deadline' })),
        catalog.sessions.put(sessionRow('current'), analysisRow({ analysisVersion: 2 })),
        catalog.sessions.put(sessionRow('newer'), analysisRow({ analysisVersion: 3 })),
        catalog.sessions.put(sessionRow('recording', { state: 'recording' })),
        catalog.sessions.put(sessionRow('quarantined', { state: 'quarantined' })),
      ]);
      const { analyses } = catalog;
      expect(await analyses.outdated({ version: 2, limit: 10 })).toEqual(['failed', 'missing', 'old']);
      expect(await analyses.outdated({ version: 2, limit: 2 })).toEqual(['failed', 'missing']);
      expect(await analyses.outdated({ version: 2, after: 'failed', limit: 1 })).toEqual(['missing']);
      const since = '2026-03-01T12:00:00.000Z';
      expect(await analyses.outdated({ version: 2, since, limit: 10 })).toEqual(['missing']);
    });
  });
}

/** What the catalog returns of `analysisRow(changes)`. */
function stored(changes: Parameters<typeof analysisRow>[0] = {}): StoredAnalysis {
  const {
    observations: _observations,
    failedDetectors: _failed,
    setupFailure: _setup,
    call: _call,
    ...row
  } = analysisRow(changes);
  return row;
}
