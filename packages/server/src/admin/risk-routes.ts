import { type Risk, riskQuery } from '@rtcstats-server/api';
import type { FastifyInstance } from 'fastify';
import type { RiskMeter } from '../risk/risk-meter.ts';
import { parseQuery } from './query.ts';

/** The risk that remains after anonymization. */
export function registerRisk(app: FastifyInstance, meter: Pick<RiskMeter, 'measure'>): void {
  app.get('/api/risk', async ({ query }): Promise<Risk> => {
    return await meter.measure(parseQuery(riskQuery, query).k);
  });
}
