import { z } from 'zod';
import { count, limit, type Shape, sha256, timestamp } from './fields.ts';
import { DELIVERY_STATES } from './states.ts';

const STATES =
  '`waiting`: not due yet. `sending`: claimed by a gateway. `delivered`. `failed`: given up. `refused`: rejected by the target. ' +
  '`withdrawn`: deleted at the target, or never sent because the session was deleted.';
const BY = '`rule:<name>`, `sample`, `token`, or `hand:<interface>` if somebody asked for it.';

export const delivery = z
  .strictObject({
    sessionId: z.string().describe('Id of the session.'),
    state: z.enum(DELIVERY_STATES).describe(STATES),
    by: z.string().describe(`Why the dump is delivered: ${BY}`),
    createdAt: timestamp.describe('When the delivery was requested, ISO 8601 in UTC.'),
    attempts: count.describe('Transfers that were started.'),
    nextAttemptAt: timestamp.nullable().describe('When the next attempt is due, ISO 8601 in UTC; null if none is.'),
    assemblingAt: timestamp
      .nullable()
      .describe('When the request that costs a credit was sent, while its answer is not known; otherwise null.'),
    withdrawn: z.boolean().describe('Whether the dump is to be deleted at the target.'),
    remoteId: z.string().nullable().describe('Id at the target; null until it is delivered.'),
    url: z.string().nullable().describe('Page of the dump at the target.'),
    embedUrl: z.string().nullable().describe('The same page for embedding.'),
    analysis: z.unknown().describe('The analysis as the target sent it (`forward.mode: enrich`); otherwise null.'),
    lastStatus: z.number().int().nullable().describe('HTTP status of the last unsuccessful answer.'),
    lastCode: z.string().nullable().describe('Error code of the last unsuccessful answer.'),
    updatedAt: timestamp.describe('When this delivery last changed, ISO 8601 in UTC.'),
    claim: z.string().nullable().describe('Id of the claim under which a gateway is working on it; otherwise null.'),
  })
  .describe('The delivery of a dump to rtcstats.com.');
export type Delivery = Shape<typeof delivery>;

const pause = z.strictObject({
  since: timestamp.describe('When forwarding paused, ISO 8601 in UTC.'),
  status: z.number().int().nullable().describe('HTTP status of the answer that caused the pause.'),
  code: z.string().nullable().describe('Error code of the answer that caused the pause.'),
});

export const deliveriesOverview = z
  .strictObject({
    enabled: z.boolean().describe('Whether dumps are forwarded (`forward.mode` is not `off`).'),
    paused: pause.nullable().describe('Why nothing is sent at the moment; null if nothing is paused.'),
    counts: z
      .partialRecord(z.enum(DELIVERY_STATES), count)
      .describe('Number of deliveries by state. States without deliveries are left out.'),
    deliveries: z.array(delivery).describe('Newest first.'),
  })
  .describe('The deliveries to rtcstats.com.');
export type DeliveriesOverview = Shape<typeof deliveriesOverview>;

/** The query of `GET /api/deliveries`. */
export const deliveriesQuery = z.strictObject({
  state: z.enum(DELIVERY_STATES).optional().describe('State of the delivery.'),
  limit: limit.describe('Deliveries in the response, 1 to 1000. Default: 100.'),
});

export const egressEntry = z
  .strictObject({
    id: z.string().describe('Id of the entry, a UUID version 7.'),
    sessionId: z.string().describe('Id of the session.'),
    action: z
      .enum(['send', 'withdraw'])
      .describe('`send`: the dump was sent. `withdraw`: it was deleted at the target.'),
    startedAt: timestamp.describe('When the transfer started, ISO 8601 in UTC.'),
    endedAt: timestamp.nullable().describe('When the transfer ended, ISO 8601 in UTC; null if that is not known.'),
    target: z.string().describe('URL of the target, without credentials.'),
    by: z.string().describe(`Why the dump was sent: ${BY}`),
    bytes: count.describe('Bytes sent, including those of transfers that failed.'),
    sha256: sha256.nullable().describe('SHA-256 of the dump in hexadecimal digits; null if nothing was sent.'),
    remoteId: z.string().nullable().describe('Id at the target.'),
    outcome: z
      .enum(['begun', 'delivered', 'analysed', 'failed', 'withdrawn'])
      .describe('How the transfer ended; `begun` if it is running or the gateway process ended during it.'),
  })
  .describe('An entry of the ledger: a dump that left the gateway, or was deleted at the target.');
export type EgressEntry = Shape<typeof egressEntry>;

export const egressPage = z
  .strictObject({
    entries: z.array(egressEntry).describe('Newest first.'),
    nextCursor: z.string().nullable().describe('The `cursor` of the next page; null on the last page.'),
  })
  .describe('A page of the ledger.');
export type EgressPage = Shape<typeof egressPage>;

/** The query of `GET /api/egress`. */
export const egressQuery = z.strictObject({
  limit: limit.describe('Entries per page, 1 to 1000. Default: 100.'),
  cursor: z.string().max(64).optional().describe('`nextCursor` of the previous page.'),
});
