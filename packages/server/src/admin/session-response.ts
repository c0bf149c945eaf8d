import type { ListedSession, Receipt, Session, SessionDetail, SessionPage } from '@rtcstats-server/api';
import type { Delivery } from '../catalog/deliveries.ts';
import type {
  SessionPage as CatalogPage,
  ListedSession as ListedRow,
  SessionReceipt,
  SessionRow,
} from '../catalog/sessions.ts';
import { deliveryResponse } from './delivery-response.ts';

/** A session as the API shows it. Written out, so that a new column of the catalog does not become public by itself. */
export function sessionResponse(row: SessionRow): Session {
  return {
    id: row.id,
    state: row.state,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    closeCode: row.closeCode,
    messages: row.messages,
    bytes: row.bytes,
    storedBytes: row.storedBytes,
    storageKey: row.storageKey,
    user: row.user,
    conference: row.conference,
    session: row.session,
    signed: row.signed,
    country: row.country,
    forward: row.forward,
    origin: row.origin,
    userAgent: row.userAgent,
    host: row.host,
    receipt: receiptResponse(row.receipt),
  };
}

export function sessionDetailResponse(row: SessionRow, deliveries: readonly Delivery[]): SessionDetail {
  return { ...sessionResponse(row), deliveries: deliveries.map(deliveryResponse) };
}

export function sessionPageResponse({ sessions, nextCursor }: CatalogPage): SessionPage {
  return { sessions: sessions.map(listedResponse), nextCursor };
}

function listedResponse(row: ListedRow): ListedSession {
  const { verdict, scores, problems, analysisFailure } = row;
  return {
    ...sessionResponse(row),
    verdict,
    scores: scores && {
      experience: scores.experience,
      audio: scores.audio,
      video: scores.video,
      connectivity: scores.connectivity,
    },
    problems: problems.map(({ name, severity }) => ({ name, severity })),
    analysisFailure,
  };
}

function receiptResponse(receipt: SessionReceipt): Receipt {
  const { entries, more } = receipt.drift;
  return {
    policy: receipt.policy,
    engine: receipt.engine,
    keyId: receipt.keyId,
    redactions: countsOf(receipt.redactions),
    dropped: countsOf(receipt.dropped),
    drift: { entries: entries.map(({ event, path, type, count }) => ({ event, path, type, count })), more },
    ...(receipt.timesFrom !== undefined && { timesFrom: receipt.timesFrom }),
    verified: receipt.verified,
    findings: receipt.findings,
    findingsByClass: countsOf(receipt.findingsByClass),
    verifier: receipt.verifier,
    sha256: receipt.sha256,
    dictionary: receipt.dictionary,
    complete: receipt.complete,
  };
}

/** Counts of names that are missing are undefined, which JSON leaves out. */
function countsOf(counts: Readonly<Partial<Record<string, number>>>): Readonly<Record<string, number>> {
  return counts as Readonly<Record<string, number>>;
}
