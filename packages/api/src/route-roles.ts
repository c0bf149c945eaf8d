import type { AdminRole } from './audit-actions.ts';

/** `any`: a token is needed, whatever its roles; `none`: no token is needed, because the route holds no data. */
export type RouteRole = AdminRole | 'any' | 'none';

/**
 * The role that a route of the admin listener needs, by method and path template. The gateway does not start with a
 * route that is missing here. Pages of the console are not listed; they hold no data.
 */
export const ROUTE_ROLES: Readonly<Record<string, RouteRole>> = {
  'GET /api/sessions': 'read',
  'POST /api/sessions/search': 'read',
  'GET /api/sessions/{id}': 'read',
  'DELETE /api/sessions/{id}': 'erase',
  'GET /api/sessions/{id}/dump': 'read',
  'GET /api/sessions/{id}/live': 'read',
  'GET /api/sessions/{id}/analysis': 'read',
  'POST /api/sessions/{id}/verify': 'read',
  'POST /api/sessions/{id}/forward': 'operate',
  'POST /api/sessions/{id}/release': 'operate',
  'GET /api/conferences/{name}/analysis': 'read',
  'GET /api/insights/overview': 'read',
  'GET /api/insights/changes': 'read',
  'GET /api/deliveries': 'read',
  'GET /api/egress': 'read',
  'GET /api/policy': 'read',
  'GET /api/audit': 'audit',
  'POST /api/audit/verify': 'audit',
  'GET /api/canary': 'read',
  'POST /api/canary': 'operate',
  'GET /api/sign-in': 'none',
  'POST /api/sign-in': 'none',
  'POST /api/sign-out': 'none',
  'GET /api/try-it': 'operate',
  'GET /readyz': 'none',
  'GET /metrics': 'read',
  'GET /api/openapi.json': 'any',
  // Added with the erasure of people and the risk meter.
  'GET /api/subjects/export': 'erase',
  'POST /api/subjects/export': 'erase',
  'POST /api/subjects/preview': 'erase',
  'POST /api/subjects/erase': 'erase',
  'GET /api/subjects/erasures': 'erase',
  'GET /api/risk': 'read',
};

/** The role of a route; undefined if none is declared. */
export function roleOfRoute(method: string, path: string): RouteRole | undefined {
  return ROUTE_ROLES[`${method} ${path}`];
}
