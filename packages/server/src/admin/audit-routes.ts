import { type AuditPage, auditQuery } from '@rtcstats-server/api';
import type { FastifyInstance } from 'fastify';
import type { AuditReader } from '../audit/audit-reader.ts';
import { parseQuery } from './query.ts';

const PAGE = 100;

/** Lists the audit log. */
export function registerAudit(app: FastifyInstance, reader: AuditReader): void {
  app.get('/api/audit', async ({ query }): Promise<AuditPage> => {
    const { limit = PAGE, cursor, since, action } = parseQuery(auditQuery, query);
    const [{ origin, size }, entries] = await Promise.all([
      reader.head(),
      reader.list({
        limit,
        ...(cursor !== undefined && { before: Number(cursor) }),
        ...(since !== undefined && { since: new Date(since).toISOString() }),
        ...(action !== undefined && { action }),
      }),
    ]);
    return {
      origin,
      size,
      entries: entries.map(({ forgotten, persons, details, ...entry }) => ({
        ...entry,
        persons: [...persons],
        details: details === null ? null : { ...details },
        erased: forgotten,
      })),
      nextCursor: entries.length === limit ? String(entries.at(-1)!.position) : null,
    };
  });
}
