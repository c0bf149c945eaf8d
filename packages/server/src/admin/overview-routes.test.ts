import { changes, overview } from '@rtcstats-server/api';
import { analysisRow, sessionRow } from '@rtcstats-server/testing/session-row';
import Fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { Overviews } from '../overview/overviews.ts';
import { RangeComparison } from '../overview/range-comparison.ts';
import { answerError } from './error-answers.ts';
import { registerOverview } from './overview-routes.ts';

let catalog: Catalog;
let app: FastifyInstance;
beforeEach(async () => {
  catalog = openSqliteCatalog(':memory:');
  await catalog.migrate();
  const options = { minimumGroup: 2, now: () => new Date('2026-03-03T12:00:00.000Z') };
  app = Fastify();
  const log = pino({ level: 'silent' });
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, log));
  const { rollups } = catalog;
  registerOverview(app, {
    overview: new Overviews(rollups, options),
    comparison: new RangeComparison(rollups, options),
  });
  const startedAt = ['2026-03-01T10:00:00.000Z', '2026-03-01T11:00:00.000Z', '2026-02-20T10:00:00.000Z'];
  const put = (day: string, index: number) =>
    catalog.sessions.put(sessionRow(`s${index}`, { startedAt: day }), analysisRow());
  await Promise.all([...startedAt, ...startedAt].map(put));
  await catalog.rollups.fold(10, '2026-03-03T12:00:00.000Z');
});
afterEach(async () => {
  await app.close();
  await catalog.close();
});

it('answers with the overview of a range', async () => {
  const response = await app.inject('/api/insights/overview?from=2026-03-01&to=2026-03-03&by=browser');
  expect(overview.parse(response.json())).toMatchObject({ total: { calls: 4 }, breakdown: { by: 'browser' } });
});

it('answers with what changed in the last seven days, and in any range', async () => {
  const week = changes.parse((await app.inject('/api/insights/changes')).json());
  expect(week.before).toEqual({ from: '2026-02-18T00:00:00.000Z', to: '2026-02-25T00:00:00.000Z', calls: 2 });
  expect(week.after).toEqual({ from: week.before.to, to: '2026-03-04T00:00:00.000Z', calls: 4 });
  const query = 'from=2026-03-01T00:00:00%2B01:00&to=2026-03-02&by=route&sort=difference&limit=1';
  const response = changes.parse((await app.inject(`/api/insights/changes?${query}`)).json());
  expect(response.after).toMatchObject({ from: '2026-02-28T23:00:00.000Z', to: '2026-03-02T00:00:00.000Z' });
});

it.each([
  '/api/insights/overview?by=user',
  '/api/insights/overview?from=2026-03-02&to=2026-03-01',
  '/api/insights/changes?by=score',
  '/api/insights/changes?from=2026-03-02&to=2026-03-01',
  '/api/insights/changes?from=2024-01-01',
  '/api/insights/changes?limit=0',
  '/api/insights/changes?since=2026-03-01',
])('rejects %s', async (url) => {
  const response = await app.inject(url);
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ code: 'BAD_REQUEST' });
});
