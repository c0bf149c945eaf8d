import { type Changes, changesQuery, type Overview, overviewQuery } from '@rtcstats-server/api';
import type { FastifyInstance } from 'fastify';
import type { Overviews } from '../overview/overviews.ts';
import type { RangeComparison } from '../overview/range-comparison.ts';
import { parseQuery } from './query.ts';

export interface OverviewContext {
  readonly overview: Pick<Overviews, 'overview'>;
  readonly comparison: Pick<RangeComparison, 'changes'>;
}

/** Figures over all calls. */
export function registerOverview(app: FastifyInstance, context: OverviewContext): void {
  app.get('/api/insights/overview', async ({ query }): Promise<Overview> => {
    return await context.overview.overview(parseQuery(overviewQuery, query));
  });
  app.get('/api/insights/changes', async ({ query }): Promise<Changes> => {
    return await context.comparison.changes(parseQuery(changesQuery, query));
  });
}
