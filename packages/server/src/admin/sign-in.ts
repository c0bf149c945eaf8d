import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GatewayError } from '../errors/gateway-error.ts';
import { endCookie, hasCookie, makeCookie } from './admin-cookie.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import { checkToken, isOwnPage } from './guard.ts';

const SIGN_IN = '/api/sign-in';
const SIGN_OUT = '/api/sign-out';

/** Routes that whoever has not signed in needs. */
export const SIGN_IN_ROUTES: ReadonlySet<string> = new Set([SIGN_IN, SIGN_OUT]);

const credentials = z.strictObject({ token: z.string().min(1).max(512) });

/**
 * How a browser gets in: `GET /api/sign-in` says whether it has to and has, `POST /api/sign-in {token}` gives it a cookie, and
 * `POST /api/sign-out` takes it back. Programs send the token itself instead.
 */
export function registerSignIn(app: FastifyInstance, token: string | undefined, attempts: FailedAttempts): void {
  app.get(SIGN_IN, (request) =>
    Promise.resolve({
      required: token !== undefined,
      signedIn: token === undefined || hasCookie(request.headers.cookie, token),
    }),
  );
  app.post(SIGN_IN, (request, reply) => {
    // Nobody else's page may sign somebody in.
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
      .header('set-cookie', endCookie(isSecure(request)))
      .code(204)
      .send();
  });
}

/** Behind a proxy that ends TLS, the browser's page is safe although this request is not. Lying about it harms the liar only. */
function isSecure(request: FastifyRequest): boolean {
  return request.headers['x-forwarded-proto'] === 'https';
}
