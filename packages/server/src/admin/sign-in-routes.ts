import { credentials, type SignInState } from '@rtcstats-server/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.ts';
import { type AdminAccess, isOwnPage } from './admin-access.ts';
import { deleteCookie, makeCookie } from './admin-cookie.ts';

const SIGN_IN = '/api/sign-in';
const SIGN_OUT = '/api/sign-out';

/** Routes that need no authorization, because they are used to obtain it. */
export const SIGN_IN_ROUTES: ReadonlySet<string> = new Set([SIGN_IN, SIGN_OUT]);

/**
 * Signs browsers in and out: `GET /api/sign-in` says whether that is required and done, `POST /api/sign-in {token}`
 * sets a cookie, and `POST /api/sign-out` ends the sign-in and deletes the cookie. Programs send the token itself with
 * each request instead.
 */
export function registerSignIn(app: FastifyInstance, access: AdminAccess): void {
  app.get(SIGN_IN, async ({ headers }): Promise<SignInState> => {
    const { required } = access;
    return { required, signedIn: !required || access.isSignedIn(headers) };
  });
  app.post(SIGN_IN, (request, reply) => {
    // A page of another site must not sign in the browser that shows it.
    if (!isOwnPage(request.headers)) throw new GatewayError('ADMIN_UNAUTHORIZED');
    const given = credentials.safeParse(request.body);
    if (!given.success) throw new GatewayError('BAD_REQUEST', 'token: the admin token is needed');
    if (!access.required) return reply.code(204).send();
    const { id, lifetimeSeconds } = access.signIn(given.data.token, request.ip);
    return reply
      .header('set-cookie', makeCookie(id, lifetimeSeconds, isSecure(request)))
      .code(204)
      .send();
  });
  app.post(SIGN_OUT, (request, reply) => {
    if (!isOwnPage(request.headers)) throw new GatewayError('ADMIN_UNAUTHORIZED');
    access.signOut(request.headers);
    return reply
      .header('set-cookie', deleteCookie(isSecure(request)))
      .code(204)
      .send();
  });
}

/**
 * Whether the page was loaded over HTTPS: a proxy that terminates TLS forwards requests without it. A forged header
 * only affects the sender's own cookie.
 */
function isSecure(request: FastifyRequest): boolean {
  return request.headers['x-forwarded-proto'] === 'https';
}
