import type { Delivery, EgressEntry } from '@rtcstats-server/api';
import type { Delivery as CatalogDelivery } from '../catalog/deliveries.ts';
import type { EgressEntry as CatalogEgressEntry } from '../catalog/ledger.ts';

/**
 * A delivery as the API shows it. Written out, so that a new column of the catalog does not become public by itself.
 */
export function deliveryResponse(delivery: CatalogDelivery): Delivery {
  return {
    sessionId: delivery.sessionId,
    state: delivery.state,
    by: delivery.by,
    createdAt: delivery.createdAt,
    attempts: delivery.attempts,
    nextAttemptAt: delivery.nextAttemptAt,
    assemblingAt: delivery.assemblingAt,
    withdrawn: delivery.withdrawn,
    remoteId: delivery.remoteId,
    url: delivery.url,
    embedUrl: delivery.embedUrl,
    analysis: delivery.analysis,
    lastStatus: delivery.lastStatus,
    lastCode: delivery.lastCode,
    updatedAt: delivery.updatedAt,
    claim: delivery.claim,
  };
}

/** An entry of the ledger as the API shows it. */
export function egressResponse(entry: CatalogEgressEntry): EgressEntry {
  return {
    id: entry.id,
    sessionId: entry.sessionId,
    action: entry.action,
    startedAt: entry.startedAt,
    endedAt: entry.endedAt,
    target: entry.target,
    by: entry.by,
    bytes: entry.bytes,
    sha256: entry.sha256,
    remoteId: entry.remoteId,
    outcome: entry.outcome,
  };
}
