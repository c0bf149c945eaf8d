import type { DeliveryState } from '@rtcstats-server/api';
import type { Selectable } from 'kysely';
import type { Delivery } from './deliveries.ts';
import type { EgressEntry } from './ledger.ts';
import type { DeliveriesTable, EgressTable } from './schema.ts';

/** A row of the table as a delivery. */
export function deliveryOf(row: Selectable<DeliveriesTable>): Delivery {
  return {
    sessionId: row.session_id,
    state: row.state as DeliveryState,
    by: row.asked_by,
    createdAt: row.created_at,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    assemblingAt: row.assembling_at,
    withdrawn: row.withdrawn === 1,
    remoteId: row.remote_id,
    url: row.url,
    embedUrl: row.embed_url,
    analysis: row.analysis === null ? null : (JSON.parse(row.analysis) as unknown),
    lastStatus: row.last_status,
    lastCode: row.last_code,
    updatedAt: row.updated_at,
    claim: row.claim,
  };
}

export function toEgressTable(entry: EgressEntry): EgressTable {
  return {
    id: entry.id,
    session_id: entry.sessionId,
    action: entry.action,
    started_at: entry.startedAt,
    ended_at: entry.endedAt,
    target: entry.target,
    asked_by: entry.by,
    bytes: entry.bytes,
    sha256: entry.sha256,
    remote_id: entry.remoteId,
    outcome: entry.outcome,
  };
}

export function egressOf(row: Selectable<EgressTable>): EgressEntry {
  return {
    id: row.id,
    sessionId: row.session_id,
    action: row.action as EgressEntry['action'],
    startedAt: row.started_at,
    endedAt: row.ended_at,
    target: row.target,
    by: row.asked_by,
    bytes: Number(row.bytes),
    sha256: row.sha256,
    remoteId: row.remote_id,
    outcome: row.outcome as EgressEntry['outcome'],
  };
}
