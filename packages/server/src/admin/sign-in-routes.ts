import { credentials, type SignInState } from '@rtcstats-server/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuditLog } from '../audit/audit-log.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { errorFields, type Log } from '../log/log.ts';
import { type AdminAccess, isOwnPage } from './admin-access.ts';
import { deleteCookie, makeCookie } from './admin-cookie.ts';
import { LOCAL } from './admin-tokens.ts';
import type { RefusedCalls } from './refused-calls.ts';
import { SIGN_IN_ROUTE } from './sign-in-route.ts';

const SIGN_OUT = '/api/sign-out';

/**
 * Signs browsers in and out: `GET /api/sign-in` says whether that is required and done, `POST /api/sign-in {token}`
 * sets a cookie, and `POST /api/sign-out` ends the sign-in and deletes the cookie. Programs send the token itself with
 * each request instead.
 */
export function registerSignIn(app: FastifyInstance, { access, audit, refused, log }: SignInContext): void {
  app.get(SIGN_IN_ROUTE, async ({ headers }): Promise<SignInState> => {
    const { required } = access;
    const identity = required ? access.signedIn(headers) : LOCAL;
    if (identity === undefined) return { required, signedIn: false };
    return { required, signedIn: true, name: identity.name, roles: [...identity.roles] };
  });
  app.post(SIGN_IN_ROUTE, async (request, reply) => {
    // A page of another site must not sign in the browser that shows it.
    if (!isOwnPage(request.headers)) throw new GatewayError('ADMIN_UNAUTHORIZED');
    const given = credentials.safeParse(request.body);
    if (!given.success) throw new GatewayError('BAD_REQUEST', 'token: the admin token is needed');
    if (!access.required) return reply.code(204).send();
    const { id, lifetimeSeconds, identity } = signIn(given.data.token, request.ip);
    // Operators must be able to look at an outage of the catalog, so they can sign in during one.
    const recorded = audit.record({ action: 'sign-in', actor: identity.name, outcome: 'done' });
    await recorded.catch((error: unknown) => log.warn(errorFields(error), 'a sign-in is not in the audit log'));
    return reply
      .header('set-cookie', makeCookie(id, lifetimeSeconds, isSecure(request)))
      .code(204)
      .send();
  });
  function signIn(token: string, ip: string): ReturnType<AdminAccess['signIn']> {
    try {
      return access.signIn(token, ip);
    } catch (error) {
      if (error instanceof GatewayError) refused.add({ actor: 'unknown', code: error.code, route: SIGN_IN_ROUTE });
      throw error;
    }
  }
  app.post(SIGN_OUT, (request, reply) => {
    if (!isOwnPage(request.headers)) throw new GatewayError('ADMIN_UNAUTHORIZED');
    access.signOut(request.headers);
    return reply
      .header('set-cookie', deleteCookie(isSecure(request)))
      .code(204)
      .send();
  });
}

interface SignInContext {
  readonly access: AdminAccess;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly refused: Pick<RefusedCalls, 'add'>;
  readonly log: Log;
}

/**
 * Whether the page was loaded over HTTPS: a proxy that terminates TLS forwards requests without it. A forged header
 * only affects the sender's own cookie.
 */
function isSecure(request: FastifyRequest): boolean {
  return request.headers['x-forwarded-proto'] === 'https';
}
