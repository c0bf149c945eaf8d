import { DELIVERY_STATES } from '@rtcstats-server/api';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { DeliveryService } from '../forward/delivery-service.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import { parseQuery } from './query.ts';

const limit = z.coerce.number().int().min(1).max(1000).optional();
const deliveriesQuery = z.strictObject({ state: z.enum(DELIVERY_STATES).optional(), limit });
const egressQuery = z.strictObject({ limit, cursor: z.string().max(64).optional() });

const EGRESS_PAGE = 100;

interface ById {
  readonly Params: { readonly id: string };
}

/** What of the API is about dumps that leave. */
export function registerDeliveries(app: FastifyInstance, desk: DeliveryService, sessions: Sessions): void {
  app.get<ById>('/api/sessions/:id', async ({ params: { id } }) => {
    const [row, deliveries] = await Promise.all([sessions.get(id), desk.of(id)]);
    return { ...row, deliveries };
  });
  app.post<ById>('/api/sessions/:id/forward', async ({ params: { id } }, reply) => {
    return reply.code(202).send(await desk.forward(id, 'hand:api'));
  });
  app.get('/api/deliveries', ({ query }) => desk.overview(parseQuery(deliveriesQuery, query)));
  app.get('/api/egress', async ({ query }) => {
    const { limit: size = EGRESS_PAGE, cursor } = parseQuery(egressQuery, query);
    const entries = await desk.egress({ limit: size, ...(cursor === undefined ? {} : { before: cursor }) });
    return { entries, nextCursor: entries.length === size ? entries.at(-1)!.id : null };
  });
}
