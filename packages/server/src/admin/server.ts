import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Policy } from '@rtcstats-server/privacy';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { CanaryRuns } from '../canary-runs/canary-runs.ts';
import type { SessionRow } from '../catalog/catalog.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { DeliveryService } from '../forward/delivery-service.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import { errorFields, type Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { registerCanary } from './canary-routes.ts';
import { CONSOLE_ROUTES, serveConsole } from './console-pages.ts';
import { registerDeliveries } from './delivery-routes.ts';
import { FailedAttempts } from './failed-attempts.ts';
import { admit } from './guard.ts';
import { parseSessionQuery } from './query.ts';
import type { Readiness } from './readiness.ts';
import { registerSignIn, SIGN_IN_ROUTES } from './sign-in.ts';
import { registerTryIt, type TryItOptions } from './try-it.ts';

export interface AdminContext {
  readonly sessions: Sessions;
  readonly deliveries: DeliveryService;
  readonly policy: Policy;
  /** `admin.token` */
  readonly token: string | undefined;
  readonly readiness: Pick<Readiness, 'report'>;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  /** That of the public listener, once it listens. */
  publicPort?(): number | undefined;
  readonly tryIt?: TryItOptions;
  readonly canary?: CanaryRuns;
  /** Lets a dump out of the quarantine. */
  release?(id: string): Promise<SessionRow>;
  readonly log: Log;
}

interface ById {
  readonly Params: { readonly id: string };
}

/** The admin listener. Errors are `{error, code}` with the status that errors.ts gives them. */
export function createAdminServer(context: AdminContext): FastifyInstance {
  const { sessions, policy, token, readiness, metrics, log } = context;
  // Fastify's own log would hold URLs (identifiers in a query) and addresses.
  const app = Fastify({ logger: false, forceCloseConnections: true });

  const attempts = new FailedAttempts();
  app.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url ?? '';
    if (route === '/readyz') return;
    // Without a token these are as open as everything else: to this machine, and to no other site's page.
    if (token !== undefined && (CONSOLE_ROUTES.has(route) || SIGN_IN_ROUTES.has(route))) return;
    admit(request, token, attempts);
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, log));
  app.setNotFoundHandler((request, reply) => answerError(new GatewayError('NOT_FOUND'), request, reply, log));

  const publicPort = (): number | undefined => context.publicPort?.();
  serveConsole(app, { publicPort });
  registerSignIn(app, token, attempts);
  if (context.tryIt) registerTryIt(app, context.tryIt, publicPort);
  if (context.canary) registerCanary(app, context.canary);
  app.get('/readyz', async (_request, reply) => {
    const report = await readiness.report();
    return reply.code(report.ready ? 200 : 503).send(report);
  });
  app.get('/metrics', async (_request, reply) => {
    return reply.type(metrics.contentType).send(await metrics.text());
  });
  app.get('/api/policy', () => Promise.resolve(policy));
  app.get('/api/sessions', (request) => sessions.list(parseSessionQuery(request.query)));
  registerDeliveries(app, context.deliveries, sessions);
  app.post<ById>('/api/sessions/:id/verify', (request) => sessions.verify(request.params.id));
  app.post<ById>('/api/sessions/:id/release', async ({ params: { id } }) => {
    if (!context.release) throw new GatewayError('NOT_FOUND');
    const released = await context.release(id);
    log.info({ session: id }, 'session released from quarantine');
    return released;
  });
  app.delete<ById>('/api/sessions/:id', async (request, reply) => {
    await sessions.delete(request.params.id);
    context.deliveries.changed();
    log.info({ session: request.params.id }, 'session deleted');
    return reply.code(204).send();
  });
  app.get<ById>('/api/sessions/:id/dump', async (request, reply) => {
    const packed = await sessions.dump(request.params.id);
    reply.type('text/plain; charset=utf-8').header('vary', 'accept-encoding');
    if (/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
      return reply.header('content-encoding', 'gzip').send(packed);
    }
    return reply.send(pipeline(packed, createGunzip(), () => {}));
  });
  return app;
}

function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const error = ownError(thrown);
  const status = error.httpStatus ?? 500;
  if (status >= 500) log.error({ route: request.routeOptions.url, ...errorFields(thrown) }, 'admin request failed');
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 429) reply.header('retry-after', '2');
  return reply.code(status).send({ error: error.message, code: error.code });
}

/** Fastify refuses some requests itself (a body that is no JSON); of anything else the caller learns nothing. */
function ownError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const { statusCode } = thrown as Partial<FastifyError>;
  const refused = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return new GatewayError(refused ? 'BAD_REQUEST' : 'INTERNAL', undefined, { cause: thrown });
}
