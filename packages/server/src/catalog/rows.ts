import type { SessionState } from '@rtcstats-server/api';
import { browserFamily } from '@rtcstats-server/insights/browser';
import { NO_DRIFT } from '@rtcstats-server/privacy';
import type { SessionsTable } from './schema.ts';
import type { SessionReceipt, SessionRow } from './sessions.ts';

/** Fields that receipts of earlier versions lack. */
const MISSING = {
  drift: NO_DRIFT,
  engine: null,
  keyId: null,
  findingsByClass: {},
  verifier: null,
  sha256: null,
  dictionary: null,
} satisfies Partial<SessionReceipt>;

/** Converts a session to a row of the table. */
export function toTable(session: SessionRow): SessionsTable {
  return {
    id: session.id,
    state: session.state,
    started_at: session.startedAt,
    ended_at: session.endedAt,
    close_code: session.closeCode,
    messages: session.messages,
    bytes: session.bytes,
    stored_bytes: session.storedBytes,
    storage_key: session.storageKey,
    blob_url: session.storageUrl,
    user_name: toText(session.user),
    conference: toText(session.conference),
    session: toText(session.session),
    signed: JSON.stringify(session.signed),
    country: session.country,
    forward: session.forward === null ? null : Number(session.forward),
    origin: toText(session.origin),
    user_agent: toText(session.userAgent),
    browser: browserFamily(session.userAgent),
    host: session.host,
    receipt: JSON.stringify(session.receipt),
  };
}

/**
 * Replaces U+0000 and lone surrogates, which clients may send and PostgreSQL cannot store: the statement would fail,
 * and with it all other rows of the batch.
 */
export function toText<T extends string | null>(text: T): T {
  return (text === null ? null : text.replaceAll('\0', '\ufffd').toWellFormed()) as T;
}

export function fromTable(row: SessionsTable): SessionRow {
  return {
    id: row.id,
    state: row.state as SessionState,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    closeCode: row.close_code,
    messages: row.messages,
    bytes: Number(row.bytes),
    storedBytes: row.stored_bytes === null ? null : Number(row.stored_bytes),
    storageKey: row.storage_key,
    storageUrl: row.blob_url,
    user: row.user_name,
    conference: row.conference,
    session: row.session,
    signed: JSON.parse(row.signed) as SessionRow['signed'],
    country: row.country,
    forward: row.forward === null ? null : row.forward !== 0,
    origin: row.origin,
    userAgent: row.user_agent,
    host: row.host,
    receipt: { ...MISSING, ...(JSON.parse(row.receipt) as Partial<SessionReceipt>) } as SessionReceipt,
  };
}
