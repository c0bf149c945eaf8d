import type { Catalog } from 'rtcstats-server/catalog';
import type { AnalysisRow } from 'rtcstats-server/catalog/analyses';
import type { SessionQuery } from 'rtcstats-server/catalog/sessions';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analysisRow, sessionRow } from '../session-row.ts';

const [LOSS] = analysisRow().observations;

/** The contract of lists by the analysis in every catalog. `create` makes an empty one that is migrated. */
export function describeAnalyzedSessions(name: string, create: () => Promise<Catalog>): void {
  describe(`${name} as a list of analyzed sessions`, () => {
    let catalog: Catalog;
    beforeEach(async () => {
      catalog = await create();
    });
    afterEach(() => catalog.close());

    const ids = async (query: SessionQuery): Promise<string[]> =>
      (await catalog.sessions.list(query)).sessions.map(({ id }) => id);

    /** A session that started on this day of March. */
    const put = async (id: string, day: number, analysis?: Partial<AnalysisRow>): Promise<void> => {
      const startedAt = `2026-03-0${day}T00:00:00.000Z`;
      await catalog.sessions.put(sessionRow(id, { startedAt, user: `${id}-user` }), analysis && analysisRow(analysis));
    };

    const putAll = async (): Promise<void> => {
      const video = { name: 'video-freeze', severity: 'medium' } as const;
      await Promise.all([
        put('bad', 1, { experience: 40 }),
        put('unknown', 2),
        put('degraded', 3, {
          verdict: 'degraded',
          experience: 75,
          severity: 'medium',
          problems: [video, { name: 'packet-loss', severity: 'medium' }],
          observations: [
            { ...LOSS!, severity: 'low' },
            { ...LOSS!, severity: 'medium' },
            { ...LOSS!, ...video },
          ],
        }),
        put('good', 4, { verdict: 'good', experience: 98, severity: null, problems: [], observations: [] }),
        put('unjudged', 5, { verdict: 'notJudged', experience: null, severity: null, problems: [], observations: [] }),
        put('failed', 6, { verdict: 'failed', experience: 0, severity: 'critical', problems: [], observations: [] }),
      ]);
    };

    it('lists sessions with a summary of their analyses', async () => {
      await put('a', 2);
      await put('b', 1, { failure: 'deadline' });
      const { sessions } = await catalog.sessions.list({});
      const started = (day: number) => `2026-03-0${day}T00:00:00.000Z`;
      const { experience, audio, video, connectivity, problems, verdict } = analysisRow();
      const scores = { experience, audio, video, connectivity };
      const none = { verdict: null, scores: null, problems: [], analysisFailure: null };
      expect(sessions).toEqual([
        { ...sessionRow('a', { startedAt: started(2), user: 'a-user' }), ...none },
        {
          ...sessionRow('b', { startedAt: started(1), user: 'b-user' }),
          ...{ verdict, scores, problems, analysisFailure: 'deadline' },
        },
      ]);
    });

    it.each([
      [{ verdict: 'bad' }, ['bad']],
      [{ verdict: 'good', from: '2026-03-05T00:00:00.000Z' }, []],
      [{ observation: 'packet-loss' }, ['degraded', 'bad']],
      [{ observation: 'packet-loss', severity: 'low' }, ['degraded', 'bad']],
      [{ observation: 'packet-loss', severity: 'high' }, ['bad']],
      [{ observation: 'packet-loss', to: '2026-03-02T00:00:00.000Z' }, ['bad']],
      [{ observation: 'packet-loss', from: '2026-03-02T00:00:00.000Z', verdict: 'degraded' }, ['degraded']],
      [{ observation: 'packet-loss', user: 'bad-user' }, ['bad']],
      [{ observation: 'nothing\0' }, []],
      [{ severity: 'medium' }, ['failed', 'degraded', 'bad']],
      [{ severity: 'critical' }, ['failed']],
      [{ minScore: 75 }, ['good', 'degraded']],
      [{ maxScore: 40 }, ['failed', 'bad']],
      [{ minScore: 1, maxScore: 97 }, ['degraded', 'bad']],
      [{ sort: 'start' }, ['failed', 'unjudged', 'good', 'degraded', 'unknown', 'bad']],
      [{ sort: 'score' }, ['failed', 'bad', 'degraded', 'good']],
      [{ sort: 'score', minScore: 1, state: 'stored' }, ['bad', 'degraded', 'good']],
      [{ sort: 'score', observation: 'packet-loss' }, ['bad', 'degraded']],
      [{ sort: 'score', from: '2026-03-03T00:00:00.000Z', to: '2026-03-05T00:00:00.000Z' }, ['degraded', 'good']],
    ] satisfies [SessionQuery, string[]][])('finds by %j', async (query, expected) => {
      await putAll();
      expect(await ids(query)).toEqual(expected);
    });

    it.each([
      [{ country: 'DE' }, ['c', 'b']],
      [{ os: 'Windows' }, ['b']],
      [{ os: 'Windows', country: 'DE' }, ['b']],
      [{ os: 'windows' }, []],
      [{ os: "Windows' or '1'='1\0" }, []],
      [{ network: 'wifi' }, ['b', 'a']],
      [{ network: 'wifi', route: 'direct' }, ['a']],
      [{ network: 'vpn' }, []],
      [{ route: 'relay' }, ['c', 'b']],
      [{ route: 'relay', sort: 'score' }, ['b', 'c']],
      [{ route: 'relay', to: '2026-03-03T00:00:00.000Z' }, ['b']],
      [{ route: 'relay', verdict: 'good' }, ['c']],
      [{ route: 'relay', observation: 'packet-loss', severity: 'high' }, ['c', 'b']],
    ] satisfies [SessionQuery, string[]][])(
      'finds calls by %j, as the overview counts them',
      async (query, expected) => {
        const windows =
          'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0';
        const call = (network: 'wifi' | null, route: 'relay' | 'direct') => ({ setupMs: null, network, route });
        const { sessions } = catalog;
        const startedAt = (day: number) => `2026-03-0${day}T00:00:00.000Z`;
        await sessions.put(
          sessionRow('a', { startedAt: startedAt(1) }),
          analysisRow({ experience: 60, call: call('wifi', 'direct') }),
        );
        await sessions.put(
          sessionRow('b', { startedAt: startedAt(2), country: 'DE', userAgent: windows }),
          analysisRow({ experience: 40, call: call('wifi', 'relay') }),
        );
        await sessions.put(
          sessionRow('c', { startedAt: startedAt(3), country: 'DE' }),
          analysisRow({ verdict: 'good', experience: 90, call: call(null, 'relay') }),
        );
        await sessions.put(sessionRow('d', { startedAt: startedAt(4), country: 'FR', userAgent: windows }));
        expect(await ids(query)).toEqual(expected);
      },
    );

    it.each([
      [{ sort: 'score' }],
      [{ route: 'relay' }],
      [{ sort: 'score', observation: 'packet-loss' }],
      [{ observation: 'packet-loss' }],
      [{ verdict: 'bad' }],
      [{ minScore: 10 }],
    ] satisfies [SessionQuery][])('pages through all sessions once by %j, while sessions are added', async (query) => {
      const call = { setupMs: null, network: null, route: 'relay' } as const;
      const names = Array.from({ length: 40 }, (_, index) => `s${index}`);
      // Many with the same score and the same start.
      await Promise.all(names.map((id, index) => put(id, 1 + (index % 3), { experience: 20 + (index % 4), call })));
      const expected = await ids(query);
      expect(new Set(expected)).toEqual(new Set(names));
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await catalog.sessions.list({ ...query, limit: 7, ...(cursor === null ? {} : { cursor }) });
        seen.push(...page.sessions.map(({ id }) => id));
        cursor = page.nextCursor;
        await put(`new-${seen.length}`, 9, { experience: 10 });
      } while (cursor !== null);
      expect(seen).toEqual(expected);
    });

    it('refuses a cursor of another order', async () => {
      await putAll();
      const byStart = (await catalog.sessions.list({ limit: 1 })).nextCursor!;
      const byScore = (await catalog.sessions.list({ limit: 1, sort: 'score' })).nextCursor!;
      const refused = { code: 'BAD_REQUEST', message: 'cursor: it is from a list in another order' };
      await expect(catalog.sessions.list({ cursor: byScore })).rejects.toMatchObject(refused);
      await expect(catalog.sessions.list({ cursor: byStart, sort: 'score' })).rejects.toMatchObject(refused);
    });
  });
}
