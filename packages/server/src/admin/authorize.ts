import { type RouteRole, roleOfRoute } from '@rtcstats-server/api/route-roles';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.ts';
import type { AdminAccess } from './admin-access.ts';
import { type Identity, NOBODY } from './admin-tokens.ts';
import { CONSOLE_ROUTES } from './console-pages.ts';
import { READINESS_ROUTE } from './operations-routes.ts';
import type { RefusedCalls } from './refused-calls.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who makes the request; `NOBODY` on routes that need no authorization where tokens are required. */
    identity: Identity;
  }
}

/** The role that a route needs; undefined if none is declared. `path`: as registered, with `:id`. */
export function roleOf(method: string, path: string): RouteRole | undefined {
  if (CONSOLE_ROUTES.has(path)) return 'none';
  // Fastify adds a HEAD route to each GET route.
  return roleOfRoute(method === 'HEAD' ? 'GET' : method, path.replace(/:(\w+)/g, '{$1}'));
}

/**
 * Makes sure that every route has a role. To be called before routes are registered.
 *
 * @throws TypeError when a route is registered that has none
 */
export function requireRoles(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) {
      if (roleOf(name, url) === undefined) {
        throw new TypeError(`${name} ${url} has no role: add it to packages/api/src/route-roles.ts`);
      }
    }
  });
}

/** Checks each request before anything of it is looked at, and says who makes it. */
export function authorize(app: FastifyInstance, access: AdminAccess, refused: RefusedCalls): void {
  app.decorateRequest('identity');
  app.addHook('onRequest', async (request) => {
    request.identity = NOBODY;
    const { method, url: route = '' } = request.routeOptions;
    if (route === READINESS_ROUTE) return;
    // Without a route, a request is refused before it is told that there is nothing.
    const role = route === '' ? 'any' : roleOf([method].flat()[0] ?? request.method, route);
    // Without a token these are as open as everything else: to this machine, but not to pages of other sites.
    if (access.required && role === 'none') return;
    let actor = NOBODY.name;
    try {
      request.identity = access.admit(request);
      actor = request.identity.name;
      checkRole(request, role);
    } catch (error) {
      if (error instanceof GatewayError) refused.add({ actor, code: error.code, route });
      throw error;
    }
  });
}

/** @throws GatewayError ADMIN_FORBIDDEN */
function checkRole({ identity }: FastifyRequest, role: RouteRole | undefined): void {
  if (role === 'any' || role === 'none') return;
  if (role !== undefined && identity.roles.has(role)) return;
  throw new GatewayError('ADMIN_FORBIDDEN', `The admin token ${identity.name} does not have the role ${role}`);
}
