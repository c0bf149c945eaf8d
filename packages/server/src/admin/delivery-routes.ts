import {
  type DeliveriesOverview,
  deliveriesQuery,
  type EgressPage,
  egressQuery,
  type SessionParams,
} from '@rtcstats-server/api';
import type { FastifyInstance } from 'fastify';
import type { DeliveryService } from '../forward/delivery-service.ts';
import { deliveryResponse, egressResponse } from './delivery-response.ts';
import { parseQuery } from './query.ts';

const EGRESS_PAGE = 100;

/** Forwards dumps by hand, and lists the deliveries and the ledger. */
export function registerDeliveries(app: FastifyInstance, service: DeliveryService): void {
  app.post<{ Params: SessionParams }>('/api/sessions/:id/forward', async ({ params: { id } }, reply) => {
    return reply.code(202).send(deliveryResponse(await service.forward(id, 'hand:api')));
  });
  app.get('/api/deliveries', async ({ query }): Promise<DeliveriesOverview> => {
    const { enabled, paused, counts, deliveries } = await service.overview(parseQuery(deliveriesQuery, query));
    return { enabled, paused, counts, deliveries: deliveries.map(deliveryResponse) };
  });
  app.get('/api/egress', async ({ query }): Promise<EgressPage> => {
    const { limit = EGRESS_PAGE, cursor } = parseQuery(egressQuery, query);
    const entries = await service.egress({ limit, ...(cursor === undefined ? {} : { before: cursor }) });
    const nextCursor = entries.length === limit ? entries.at(-1)!.id : null;
    return { entries: entries.map(egressResponse), nextCursor };
  });
}
