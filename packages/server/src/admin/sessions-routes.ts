import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
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
import type { SessionRow } from '../catalog/sessions.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { DeliveryService } from '../forward/delivery-service.ts';
import { analyzeConference } from '../lifecycle/conferences.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import type { Log } from '../log/log.ts';
import { parseQuery } from './query.ts';
import { sessionDetailResponse, sessionPageResponse, sessionResponse } from './session-response.ts';

export interface SessionsContext {
  readonly sessions: Sessions;
  readonly deliveries: DeliveryService;
  /** The dump of a session that is being recorded, from an offset on; undefined if it is not recorded here. */
  live?(id: string, from: number): Promise<Buffer | undefined>;
  /** Moves a dump out of quarantine. */
  release?(id: string): Promise<SessionRow>;
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

/** Lists, shows, verifies, analyzes, releases and deletes sessions, and serves their dumps. */
export function registerSessions(app: FastifyInstance, context: SessionsContext): void {
  const { sessions, deliveries, log } = context;
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
  app.post<ById>('/api/sessions/:id/release', async ({ params: { id } }): Promise<Session> => {
    if (!context.release) throw new GatewayError('NOT_FOUND');
    const released = await context.release(id);
    log.info({ session: id }, 'session released from quarantine');
    return sessionResponse(released);
  });
  app.delete<ById>('/api/sessions/:id', async ({ params: { id } }, reply) => {
    await sessions.delete(id);
    deliveries.changed();
    log.info({ session: id }, 'session deleted');
    return reply.code(204).send();
  });
  app.get<ById>('/api/sessions/:id/live', async ({ params: { id }, query }, reply) => {
    const { from = 0 } = parseQuery(liveQuery, query);
    // The catalog knows the id, so it cannot be a path.
    const { state } = await sessions.get(id);
    const lines = state === 'recording' ? await context.live?.(id, from) : undefined;
    if (lines === undefined) {
      throw new GatewayError('DUMP_NOT_FOUND', 'The session is not being recorded by this gateway');
    }
    return reply.type('text/plain; charset=utf-8').send(lines);
  });
  app.get<ById>('/api/sessions/:id/dump', async ({ params: { id }, headers }, reply) => {
    const compressed = await sessions.dump(id);
    reply.type('text/plain; charset=utf-8').header('vary', 'accept-encoding');
    if (/\bgzip\b/.test(headers['accept-encoding'] ?? '')) {
      return reply.header('content-encoding', 'gzip').send(compressed);
    }
    return reply.send(pipeline(compressed, createGunzip(), () => {}));
  });
}
