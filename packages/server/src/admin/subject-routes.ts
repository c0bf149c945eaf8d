import {
  type ErasePreviewBody,
  type ErasurePage,
  type ErasureReceipt,
  eraseBody,
  erasuresQuery,
  type SubjectOverviewBody,
  type SubjectQuery,
  subjectQuery,
} from '@rtcstats-server/api';
import { IDENTITY_FIELDS } from '@rtcstats-server/dump';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Erasure, Erasures } from '../catalog/erasures.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { auditedExport } from '../lifecycle/subjects/audited-export.ts';
import type { Subject, SubjectErasures, SubjectOverview } from '../lifecycle/subjects/contract.ts';
import type { SubjectExport } from '../lifecycle/subjects/export.ts';
import { errorFields, type Log } from '../log/log.ts';
import { parseQuery } from './query.ts';

export interface SubjectsContext {
  /** Absent where only sessions are served. */
  readonly subjects?: {
    readonly erasures: SubjectErasures;
    readonly receipts: Pick<Erasures, 'list'>;
    export(subject: Subject): Promise<SubjectExport>;
  };
  readonly audit: AuditLog;
  readonly log: Log;
}

const DEFAULT_PAGE = 100;

/** Exports and erases what is stored about a person or a call, and lists the receipts. */
export function registerSubjects(app: FastifyInstance, context: SubjectsContext): void {
  const { log } = context;
  const subjects = (): NonNullable<SubjectsContext['subjects']> => {
    if (!context.subjects) throw new GatewayError('NOT_FOUND');
    return context.subjects;
  };
  const sendExport = async (given: unknown, actor: string, reply: FastifyReply): Promise<FastifyReply> => {
    const subject = subjectOf(parseQuery(subjectQuery, given));
    const exported = await auditedExport(context.audit, actor, () => subjects().export(subject));
    const { zip, progress } = exported;
    zip.once('end', () => log.info({ sessions: progress.sessions }, 'the sessions of a person or call were exported'));
    exported.recorded.catch((error: unknown) => log.error(errorFields(error), 'an export could not be recorded'));
    const day = new Date().toISOString().slice(0, 10);
    return reply
      .type('application/zip')
      .header('content-disposition', `attachment; filename="call-statistics-${day}.zip"`)
      .send(zip);
  };
  app.get('/api/subjects/export', ({ query, identity }, reply) => sendExport(query, identity.name, reply));
  app.post('/api/subjects/export', ({ body, identity }, reply) => sendExport(body ?? {}, identity.name, reply));
  app.post('/api/subjects/preview', async ({ body }): Promise<SubjectOverviewBody> => {
    const subject = subjectOf(parseQuery(subjectQuery, body ?? {}));
    return overviewResponse(await subjects().erasures.overview(subject));
  });
  app.post('/api/subjects/erase', async ({ body, identity }): Promise<ErasureReceipt | ErasePreviewBody> => {
    const { dryRun = false, confirm, ...query } = parseQuery(eraseBody, body ?? {});
    const subject = subjectOf(query);
    if (dryRun) return await subjects().erasures.preview(subject);
    if (confirm !== subject.name) {
      throw new GatewayError('BAD_REQUEST', 'confirm has to be the name that is erased, exactly as it is given');
    }
    const receipt = await subjects().erasures.erase({ ...subject, by: identity.name });
    log.info({ erasure: receipt.id, sessions: receipt.sessions }, 'a person or call was erased');
    return receiptResponse(receipt);
  });
  app.get('/api/subjects/erasures', async ({ query }): Promise<ErasurePage> => {
    const { limit = DEFAULT_PAGE, cursor } = parseQuery(erasuresQuery, query);
    const page = await subjects().receipts.list({ limit, ...(cursor !== undefined && { before: cursor }) });
    const nextCursor = page.length < limit ? null : page.at(-1)!.id;
    return { erasures: page.map(receiptResponse), nextCursor };
  });
}

/** The hashes of all names are only of use to the gateway. */
function receiptResponse({ hashes: _, ...receipt }: Erasure): ErasureReceipt {
  return receipt;
}

function overviewResponse({ holds, newest, ...overview }: SubjectOverview): SubjectOverviewBody {
  return {
    ...overview,
    // Without the names that are held: they would link pseudonyms over epochs.
    holds: holds.map(({ hold: { id, kind, reason, createdAt }, sessions }) => ({
      ...{ id, kind, reason, createdAt },
      sessions,
    })),
    newest: newest.map(({ id, state, startedAt, host, receipt }) => ({
      ...{ id, state, startedAt, host },
      keyId: receipt.keyId,
    })),
  };
}

function subjectOf(query: SubjectQuery): Subject {
  const [kind, ...others] = IDENTITY_FIELDS.filter((field) => query[field] !== undefined);
  if (kind === undefined || others.length > 0) {
    throw new GatewayError('BAD_REQUEST', 'Give exactly one of user, conference and session');
  }
  return { kind, name: query[kind]! };
}
