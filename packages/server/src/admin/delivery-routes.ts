import {
  type DeliveriesOverview,
  deliveriesQuery,
  type EgressPage,
  egressQuery,
  type SessionParams,
} from '@rtcstats-server/api';
import type { FastifyInstance } from 'fastify';
import { type AuditLog, audited } from '../audit/audit-log.ts';
import { personsOfSession } from '../audit/session-persons.ts';
import type { DeliveryService } from '../forward/delivery-service.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import { deliveryResponse, egressResponse } from './delivery-response.ts';
import { parseQuery } from './query.ts';

const EGRESS_PAGE = 100;

interface DeliveriesContext {
  readonly deliveries: DeliveryService;
  readonly sessions: Pick<Sessions, 'get'>;
  readonly audit: AuditLog;
}

/** Forwards dumps by hand, and lists the deliveries and the ledger. */
export function registerDeliveries(
  app: FastifyInstance,
  { deliveries: service, sessions, audit }: DeliveriesContext,
): void {
  app.post<{ Params: SessionParams }>('/api/sessions/:id/forward', async ({ params: { id }, identity }, reply) => {
    const persons = personsOfSession(await sessions.get(id));
    const entry = { action: 'session.forward', actor: identity.name, target: id, persons } as const;
    const delivery = await audited(audit, entry, () => service.forward(id, 'hand:api'));
    return reply.code(202).send(deliveryResponse(delivery));
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
