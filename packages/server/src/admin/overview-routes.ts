import { type Overview, overviewQuery } from '@rtcstats-server/api';
import type { FastifyInstance } from 'fastify';
import type { Overviews } from '../overview/overviews.ts';
import { parseQuery } from './query.ts';

export interface OverviewContext {
  readonly overview: Pick<Overviews, 'overview'>;
}

/** Figures over all calls. */
export function registerOverview(app: FastifyInstance, context: OverviewContext): void {
  app.get('/api/insights/overview', async ({ query }): Promise<Overview> => {
    return await context.overview.overview(parseQuery(overviewQuery, query));
  });
}
