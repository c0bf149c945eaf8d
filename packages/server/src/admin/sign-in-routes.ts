import { credentials, type SignInState } from '@rtcstats-server/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.ts';
import { deleteCookie, hasCookie, makeCookie } from './admin-cookie.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import { checkToken, isOwnPage } from './guard.ts';

const SIGN_IN = '/api/sign-in';
const SIGN_OUT = '/api/sign-out';

/** Routes that need no authorization, because they are used to obtain it. */
export const SIGN_IN_ROUTES: ReadonlySet<string> = new Set([SIGN_IN, SIGN_OUT]);

/**
 * Signs browsers in and out: `GET /api/sign-in` says whether that is required and done, `POST /api/sign-in {token}`
 * sets a cookie, and `POST /api/sign-out` deletes it. Programs send the token itself with each request instead.
 */
export function registerSignIn(app: FastifyInstance, token: string | undefined, attempts: FailedAttempts): void {
  app.get(SIGN_IN, async (request): Promise<SignInState> => {
    const required = token !== undefined;
    return { required, signedIn: !required || hasCookie(request.headers.cookie, token) };
  });
  app.post(SIGN_IN, (request, reply) => {
    // A page of another site must not sign in the browser that shows it.
    if (!isOwnPage(request.headers)) throw new GatewayError('ADMIN_UNAUTHORIZED');
    const given = credentials.safeParse(request.body);
    if (!given.success) throw new GatewayError('BAD_REQUEST', 'token: the admin token is needed');
    if (token === undefined) return reply.code(204).send();
    checkToken(given.data.token, token, request.ip, attempts);
    return reply
      .header('set-cookie', makeCookie(token, isSecure(request)))
      .code(204)
      .send();
  });
  app.post(SIGN_OUT, (request, reply) => {
    if (!isOwnPage(request.headers)) throw new GatewayError('ADMIN_UNAUTHORIZED');
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
