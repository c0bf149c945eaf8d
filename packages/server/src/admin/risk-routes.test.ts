import { risk } from '@rtcstats-server/api';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import Fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { createConfig } from '../config/config.ts';
import { RiskMeter } from '../risk/risk-meter.ts';
import { answerError } from './error-answers.ts';
import { registerRisk } from './risk-routes.ts';

let app: FastifyInstance;
let catalog: Catalog;
beforeEach(async () => {
  catalog = openSqliteCatalog(':memory:');
  app = Fastify();
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, pino({ level: 'silent' })));
  registerRisk(app, new RiskMeter({ figures: catalog.figures, settings: createConfig() }));
});
afterEach(async () => {
  await app.close();
  await catalog.close();
});

it('answers with the risk that remains, for groups of five or another size', async () => {
  await catalog.sessions.put(sessionRow('a', { country: 'DE' }));
  for (const [url, k] of [
    ['/api/risk', 5],
    ['/api/risk?k=9', 9],
  ] as const) {
    const response = await app.inject(url);
    expect(response.statusCode).toBe(200);
    expect(risk.parse(response.json())).toMatchObject({ k, sessions: 1, complete: true });
  }
});

it.each(['k=1', 'k=1001', 'k=two', 'k=', 'k=5&k=6', 'K=5', 'sample=10'])('rejects ?%s', async (query) => {
  const response = await app.inject(`/api/risk?${query}`);
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ code: 'BAD_REQUEST' });
});
