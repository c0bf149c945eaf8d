import type { FastifyInstance } from 'fastify';
import type { CanaryRuns } from '../canary/runs.ts';

/** Starts a canary, and reports on the current or last run. */
export function registerCanary(app: FastifyInstance, runs: CanaryRuns): void {
  app.get('/api/canary', async () => runs.state);
  app.post('/api/canary', async (_request, reply) => reply.code(202).send(runs.start()));
}
