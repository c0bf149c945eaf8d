import helmet from '@fastify/helmet';
import type { Policy } from '@rtcstats-server/privacy';
import Fastify, { type FastifyInstance } from 'fastify';
import type { CanaryRuns } from '../canary/runs.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { RiskMeter } from '../risk/risk-meter.ts';
import { AdminAccess } from './admin-access.ts';
import type { AdminToken } from './admin-tokens.ts';
import { type AuditContext, registerAudit } from './audit-routes.ts';
import { authorize, requireRoles } from './authorize.ts';
import { registerCanary } from './canary-routes.ts';
import { sendNotFoundPage, serveConsole, wantsPage } from './console-pages.ts';
import { registerDeliveries } from './delivery-routes.ts';
import { answerBadRequest, answerError } from './error-answers.ts';
import { type OperationsContext, registerOperations } from './operations-routes.ts';
import { type OverviewContext, registerOverview } from './overview-routes.ts';
import { registerPolicy } from './policy-routes.ts';
import { RefusedCalls } from './refused-calls.ts';
import { registerRisk } from './risk-routes.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { registerSessions, type SessionsContext } from './sessions-routes.ts';
import { registerSignIn } from './sign-in-routes.ts';
import { registerSubjects, type SubjectsContext } from './subject-routes.ts';
import { registerTryIt, type TryItOptions } from './try-it-routes.ts';

/** Bytes of request line and headers that Node.js accepts (`--max-http-header-size`). */
const MAX_URL_LENGTH = 16 * 1024;

export interface AdminContext
  extends SessionsContext,
    OperationsContext,
    OverviewContext,
    SubjectsContext,
    Omit<AuditContext, 'sessions'> {
  readonly policy: Policy;
  /** `admin.token` and `admin.tokens`. */
  readonly tokens: readonly AdminToken[];
  /** The port of the public listener, once it listens. */
  publicPort?(): number | undefined;
  readonly tryIt?: TryItOptions;
  readonly canary?: CanaryRuns;
  readonly risk?: Pick<RiskMeter, 'measure'>;
}

/** The admin listener. Errors are `{error, code}` with the status from errors.ts. */
export function createAdminServer(context: AdminContext): FastifyInstance {
  // Fastify's own log would contain URLs (identifiers in a query) and addresses.
  const app = Fastify({
    logger: false,
    forceCloseConnections: true,
    // Longer than any URL that Node.js accepts, so that a long id is answered like any other that does not exist.
    routerOptions: { maxParamLength: MAX_URL_LENGTH },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply, context.log),
    clientErrorHandler: answerBadRequest,
  });
  registerAdmin(app, context);
  return app;
}

/** Everything that the admin listener serves. Apart from `createAdminServer`, so that a test can list the routes. */
export function registerAdmin(app: FastifyInstance, context: AdminContext): void {
  const { log, audit } = context;
  const access = new AdminAccess(context.tokens);
  const refused = new RefusedCalls(audit, log);
  const publicPort = (): number | undefined => context.publicPort?.();
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, log));
  app.setNotFoundHandler(async (request, reply) => {
    if (wantsPage(request)) return await sendNotFoundPage(reply, { publicPort });
    return answerError(new GatewayError('NOT_FOUND'), request, reply, log);
  });
  requireRoles(app);
  app.addHook('onClose', () => refused.stop());
  app.register(helmet, SECURITY_HEADERS);
  // Hooks run in the order of registration: after helmet, so that its headers are on rejected requests, too.
  app.after(() => {
    authorize(app, access, refused);
    app.addHook('onSend', async (_request, reply) => {
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    });
    serveConsole(app, { publicPort });
    registerSignIn(app, { access, audit, refused, log });
    if (context.tryIt) registerTryIt(app, context.tryIt, publicPort);
    if (context.canary) registerCanary(app, context.canary);
    if (context.risk) registerRisk(app, context.risk);
    registerOperations(app, context);
    registerPolicy(app, context.policy);
    registerAudit(app, context);
    registerSessions(app, context);
    registerDeliveries(app, context);
    registerOverview(app, context);
    registerSubjects(app, context);
  });
}
