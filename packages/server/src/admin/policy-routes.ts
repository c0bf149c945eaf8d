import type { PolicyBody } from '@rtcstats-server/api';
import type { Policy } from '@rtcstats-server/privacy';
import type { FastifyInstance } from 'fastify';

/** Shows the policy in force. */
export function registerPolicy(app: FastifyInstance, policy: Policy): void {
  app.get('/api/policy', async (): Promise<PolicyBody> => policy);
}
