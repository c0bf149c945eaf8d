import { type AuditPage, type AuditVerification, auditQuery, auditVerifyBody } from '@rtcstats-server/api';
import type { FastifyInstance } from 'fastify';
import type { AuditReader } from '../audit/audit-reader.ts';
import type { AuditVerifier } from '../audit/audit-verifier.ts';
import type { ReadableEntry } from '../audit/entry-body.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import { parseQuery } from './query.ts';

const PAGE = 100;

export interface AuditContext {
  readonly auditReader: AuditReader;
  readonly auditVerifier: AuditVerifier;
  readonly sessions: Pick<Sessions, 'exists'>;
}

/** Lists the audit log, and verifies it. */
export function registerAudit(app: FastifyInstance, { auditReader, auditVerifier, sessions }: AuditContext): void {
  app.get('/api/audit', async ({ query }): Promise<AuditPage> => {
    const { limit = PAGE, cursor, since, ...conditions } = parseQuery(auditQuery, query);
    const [{ origin, size }, checkpoint = null, { entries, next }] = await Promise.all([
      auditReader.head(),
      auditVerifier.lastCheckpoint(),
      auditReader.page({
        ...conditions,
        limit,
        ...(cursor !== undefined && { before: Number(cursor) }),
        ...(since !== undefined && { since: new Date(since).toISOString() }),
      }),
    ]);
    const existing = await existingTargets(entries, sessions);
    return {
      origin,
      size,
      checkpoint,
      entries: entries.map(({ forgotten, persons, details, target, ...entry }) => ({
        ...entry,
        target,
        targetExists: target !== null && existing.has(target),
        persons: [...persons],
        details: details === null ? null : { ...details },
        erased: forgotten,
      })),
      nextCursor: next === null ? null : String(next),
    };
  });
  app.post('/api/audit/verify', async ({ body }): Promise<AuditVerification> => {
    const { checkpoint } = parseQuery(auditVerifyBody, body ?? {});
    const verification = await auditVerifier.verify(checkpoint);
    return { verified: verification.problems.length === 0, ...verification };
  });
}

async function existingTargets(
  entries: readonly ReadableEntry[],
  sessions: AuditContext['sessions'],
): Promise<ReadonlySet<string>> {
  const targets = new Set(entries.flatMap(({ target }) => target ?? []));
  const found = await Promise.all([...targets].map(async (id) => ((await sessions.exists(id)) ? id : undefined)));
  return new Set(found.filter((id) => id !== undefined));
}
