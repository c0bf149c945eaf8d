import {
  type AnalysisBody,
  analysisQuery,
  type ConferenceAnalysis,
  type ConferenceParams,
  liveQuery,
  type RtcstatsAnalysis,
  type Session,
  type SessionDetail,
  type SessionPage,
  type SessionParams,
  sessionQuery,
  type Verdict,
} from '@rtcstats-server/api';
import type { AnalysisDocument } from '@rtcstats-server/insights';
import { toRtcstatsCom } from '@rtcstats-server/insights/rtcstats-com';
import type { FastifyInstance } from 'fastify';
import { type AuditAction, type AuditLog, audited as withAudit } from '../audit/audit-log.ts';
import { personsOfSession } from '../audit/session-persons.ts';
import type { SessionRow } from '../catalog/sessions.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { DeliveryService } from '../forward/delivery-service.ts';
import { analyzeConference } from '../lifecycle/conferences.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import type { Log } from '../log/log.ts';
import type { Identity } from './admin-tokens.ts';
import { DumpReads } from './dump-reads.ts';
import { parseQuery } from './query.ts';
import { sessionDetailResponse, sessionPageResponse, sessionResponse } from './session-response.ts';

export interface SessionsContext {
  readonly sessions: Sessions;
  readonly deliveries: DeliveryService;
  /** The dump of a session that is being recorded, from an offset on; undefined if it is not recorded here. */
  live?(id: string, from: number): Promise<Buffer | undefined>;
  /** Moves a dump out of quarantine. */
  release?(id: string): Promise<SessionRow>;
  readonly audit: AuditLog;
  readonly log: Log;
}

/** The answer that rtcstats.com would give. */
function rtcstatsResponse(analysis: AnalysisDocument): RtcstatsAnalysis {
  const processorVersion = `${analysis.analysisVersion}.0.0`;
  return { data: toRtcstatsCom(analysis), processorVersion, generatedAt: Date.now() };
}

interface ById {
  readonly Params: SessionParams;
}

interface ByIdRequest {
  readonly params: SessionParams;
  readonly identity: Identity;
}

/** Lists, shows, verifies, analyzes, releases and deletes sessions, and serves their dumps. */
export function registerSessions(app: FastifyInstance, context: SessionsContext): void {
  const { sessions, deliveries, audit, log } = context;
  const reads = new DumpReads(audit);
  /** Does something to a session, with entries in the audit log. */
  const audited = async <T>(
    action: AuditAction,
    { identity, params }: ByIdRequest,
    work: () => Promise<T>,
  ): Promise<T> => {
    const row = await sessions.get(params.id);
    const entry = { action, actor: identity.name, target: row.id, persons: personsOfSession(row) };
    return await withAudit(audit, entry, work);
  };
  app.get('/api/sessions', async ({ query }): Promise<SessionPage> => {
    return sessionPageResponse(await sessions.list(parseQuery(sessionQuery, query)));
  });
  app.post('/api/sessions/search', async ({ body }): Promise<SessionPage> => {
    return sessionPageResponse(await sessions.list(parseQuery(sessionQuery, body ?? {})));
  });
  app.get<ById>('/api/sessions/:id', async ({ params: { id } }): Promise<SessionDetail> => {
    const [row, ofSession] = await Promise.all([sessions.get(id), deliveries.of(id)]);
    return sessionDetailResponse(row, ofSession);
  });
  app.post<ById>('/api/sessions/:id/verify', async ({ params: { id } }): Promise<Verdict> => {
    return await sessions.verify(id);
  });
  app.get<ById>('/api/sessions/:id/analysis', async (request): Promise<AnalysisBody | RtcstatsAnalysis> => {
    const { format } = parseQuery(analysisQuery, request.query);
    const analysis = await sessions.analysis(request.params.id);
    return format === 'rtcstats' ? rtcstatsResponse(analysis) : analysis;
  });
  app.get<{ readonly Params: ConferenceParams }>(
    '/api/conferences/:name/analysis',
    async ({ params }): Promise<ConferenceAnalysis> => await analyzeConference(sessions, params.name),
  );
  app.post<ById>('/api/sessions/:id/release', async (request): Promise<Session> => {
    const { release } = context;
    if (!release) throw new GatewayError('NOT_FOUND');
    const { id } = request.params;
    const released = await audited('quarantine.release', request, () => release(id));
    log.info({ session: id }, 'session released from quarantine');
    return sessionResponse(released);
  });
  app.delete<ById>('/api/sessions/:id', async (request, reply) => {
    const { id } = request.params;
    await audited('session.delete', request, () => sessions.delete(id));
    deliveries.changed();
    log.info({ session: id }, 'session deleted');
    return reply.code(204).send();
  });
  app.get<ById>('/api/sessions/:id/live', async ({ params: { id }, query, identity }, reply) => {
    const { from = 0 } = parseQuery(liveQuery, query);
    // The catalog knows the id, so it cannot be a path.
    const row = await sessions.get(id);
    const lines = row.state === 'recording' ? await context.live?.(id, from) : undefined;
    if (lines === undefined) {
      throw new GatewayError('DUMP_NOT_FOUND', 'The session is not being recorded by this gateway');
    }
    await reads.recordLive(identity.name, row);
    return reply.type('text/plain; charset=utf-8').send(lines);
  });
  app.get<ById>('/api/sessions/:id/dump', async ({ params: { id }, headers, identity }, reply) => {
    const isGzip = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
    const dump = isGzip ? await sessions.dump(id) : await sessions.text(id);
    try {
      await reads.record(identity.name, await sessions.get(id));
    } catch (error) {
      dump.destroy();
      throw error;
    }
    reply.type('text/plain; charset=utf-8').header('vary', 'accept-encoding');
    if (isGzip) reply.header('content-encoding', 'gzip');
    return reply.send(dump);
  });
}
