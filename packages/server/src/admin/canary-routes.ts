import type { Canary } from '@rtcstats-server/api';
import type { FastifyInstance } from 'fastify';
import type { CanaryRuns } from '../canary/runs.ts';

/** Starts a canary, and reports on the one that is running or the last one. */
export function registerCanary(app: FastifyInstance, runs: CanaryRuns): void {
  app.get('/api/canary', async (): Promise<Canary> => runs.state);
  app.post('/api/canary', async (_request, reply) => reply.code(202).send(runs.start() satisfies Canary));
}
