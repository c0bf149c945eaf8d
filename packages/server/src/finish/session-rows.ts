import { NO_DRIFT } from '@rtcstats-server/privacy';
import type { SessionRow } from '../catalog/sessions.ts';
import { type ClosedSession, type SessionHeader, subjectOf } from '../spool/record.ts';

/** The row of a session that is being recorded. */
export function recordingRow(facts: SessionHeader, host: string): SessionRow {
  return {
    id: facts.id,
    state: 'recording',
    startedAt: facts.startedAt,
    endedAt: null,
    closeCode: null,
    messages: 0,
    bytes: 0,
    storedBytes: null,
    storageKey: null,
    storageUrl: null,
    user: facts.user,
    conference: facts.conference,
    session: facts.session,
    // Spool files of earlier versions lack this field.
    signed: facts.signed ?? [],
    country: facts.country ?? null,
    forward: facts.forward ?? null,
    origin: facts.origin,
    userAgent: facts.userAgent,
    host,
    receipt: {
      policy: facts.policy,
      engine: facts.engine ?? null,
      keyId: facts.keyId ?? null,
      redactions: {},
      dropped: {},
      drift: NO_DRIFT,
      verified: false,
      findings: 0,
      findingsByClass: {},
      verifier: null,
      sha256: null,
      dictionary: null,
      complete: false,
    },
  };
}

/** The row of a session that has ended and is not finished yet. */
export function closedRow({ facts, end, dumpStart, dumpEnd }: ClosedSession, host: string): SessionRow {
  const recording = recordingRow(facts, host);
  return {
    ...recording,
    state: 'closed',
    endedAt: end.endedAt,
    closeCode: end.closeCode,
    ...subjectOf({ facts, end }),
    messages: end.messages,
    bytes: dumpEnd - dumpStart,
    receipt: { ...recording.receipt, ...end.receipt, complete: end.receipt !== null },
  };
}
