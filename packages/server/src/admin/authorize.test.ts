import { ADMIN_ROLES, type AdminRole } from '@rtcstats-server/api/audit-actions';
import Fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditEntry } from '../audit/audit-log.ts';
import { isGatewayError } from '../errors/gateway-error.ts';
import { AdminAccess } from './admin-access.ts';
import type { AdminToken } from './admin-tokens.ts';
import { authorize, requireRoles } from './authorize.ts';
import { CONSOLE_ROUTES } from './console-pages.ts';
import { RefusedCalls } from './refused-calls.ts';
import { type AdminContext, registerAdmin } from './server.ts';

const log = pino({ level: 'silent' });
const context = { tryIt: {}, canary: {}, tokens: [], log } as unknown as AdminContext;

const tokenOf = (role: AdminRole): string => `the-token-with-the-role-${role}`;
const tokens = ADMIN_ROLES.map(
  (role): AdminToken => ({ name: role, token: tokenOf(role), roles: [role], expires: null }),
);

/** The role of each route of the admin listener, found by asking with a token of each role. */
const EXPECTED: Readonly<Record<AdminRole | 'any' | 'none', readonly string[]>> = {
  none: ['GET /api/sign-in', 'POST /api/sign-in', 'POST /api/sign-out', 'GET /readyz'],
  any: ['GET /api/openapi.json'],
  read: [
    'GET /api/sessions',
    'POST /api/sessions/search',
    'GET /api/sessions/:id',
    'POST /api/sessions/:id/verify',
    'GET /api/sessions/:id/analysis',
    'GET /api/conferences/:name/analysis',
    'GET /api/sessions/:id/live',
    'GET /api/sessions/:id/dump',
    'GET /api/deliveries',
    'GET /api/egress',
    'GET /api/insights/overview',
    'GET /api/policy',
    'GET /api/canary',
    'GET /metrics',
  ],
  operate: ['POST /api/sessions/:id/forward', 'POST /api/sessions/:id/release', 'POST /api/canary', 'GET /api/try-it'],
  erase: ['DELETE /api/sessions/:id'],
  audit: ['GET /api/audit'],
};

describe('every route of the admin listener', () => {
  it('can be used with its role only', async () => {
    const routes: [method: string, url: string][] = [];
    const listing = Fastify();
    listing.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) routes.push([name, url]);
    });
    registerAdmin(listing, context);
    await listing.ready();
    await listing.close();
    // The same routes with the same checks, but nothing behind them.
    const app = Fastify();
    const refused = new RefusedCalls({ record: () => Promise.resolve() }, log);
    authorize(app, new AdminAccess(tokens), refused);
    app.setErrorHandler((error, _request, reply) =>
      reply.code((isGatewayError(error) ? error.httpStatus : undefined) ?? 500).send(),
    );
    for (const [method, url] of routes) {
      if (method !== 'HEAD') app.route({ method: method as 'GET', url, handler: async () => 'done' });
    }
    const found: Record<string, string[]> = {};
    for (const [method, url] of routes.filter(([, path]) => !CONSOLE_ROUTES.has(path))) {
      const open = (await app.inject({ method: method as 'GET', url })).statusCode !== 401;
      const allowed = open ? ['none'] : [];
      for (const { name, token } of tokens) {
        const headers = { authorization: `Bearer ${token}` };
        const { statusCode } = await app.inject({ method: method as 'GET', url, headers });
        if (!open && statusCode === 200) allowed.push(name);
        else expect(statusCode).toBe(open ? 200 : 403);
      }
      const role = allowed.length === ADMIN_ROLES.length ? 'any' : allowed.join(' and ');
      if (method !== 'HEAD') found[role] = [...(found[role] ?? []), `${method} ${url}`];
    }
    await app.close();
    await refused.stop();
    for (const [role, names] of Object.entries(EXPECTED))
      expect(found[role]).toEqual(expect.arrayContaining([...names]));
  });

  it('has to have one', async () => {
    const app = Fastify();
    requireRoles(app);
    expect(() => app.get('/api/secrets', async () => '')).toThrow('GET /api/secrets has no role');
    app.get('/api/policy', async () => '');
    await app.close();
  });
});

describe('refused calls', () => {
  let app: FastifyInstance;
  let entries: AuditEntry[];
  let refused: RefusedCalls;
  let isAway: boolean;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    entries = [];
    isAway = false;
    const record = async (entry: AuditEntry): Promise<void> => {
      if (isAway) throw new Error('away');
      entries.push(entry);
    };
    app = Fastify();
    refused = new RefusedCalls({ record }, log);
    authorize(app, new AdminAccess(tokens), refused);
    app.get('/api/policy', async ({ identity }) => identity.name);
    app.post('/api/sign-in', async () => 'done');
    await app.ready();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await app.close();
  });
  const call = async (token?: string): Promise<string> =>
    (await app.inject({ url: '/api/policy', headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }))
      .body;

  it('are recorded with the name of the token, the error and the route', async () => {
    expect(await call(tokenOf('read'))).toBe('read');
    await call();
    await call(tokenOf('audit'));
    await app.inject('/nowhere');
    expect(entries).toEqual([
      {
        action: 'admin.refused',
        actor: 'unknown',
        outcome: 'refused',
        details: { code: 'ADMIN_UNAUTHORIZED', route: '/api/policy', count: 1 },
      },
      {
        action: 'admin.refused',
        actor: 'audit',
        outcome: 'refused',
        details: { code: 'ADMIN_FORBIDDEN', route: '/api/policy', count: 1 },
      },
    ]);
  });

  it('are counted when there are many, in intervals that grow', async () => {
    const counts = (): unknown[] => entries.map(({ details }) => details!['count']);
    for (let count = 0; count < 500; count++) await call();
    expect(counts()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(counts()).toEqual([1, 499]);
    for (let minute = 0; minute < 24 * 60; minute++) {
      await call();
      await vi.advanceTimersByTimeAsync(60_000);
    }
    // 2 + 4 + 8 + 16 + 32 minutes, then every hour.
    expect(entries.length).toBeLessThan(35);
    await refused.stop();
    expect(counts().reduce<number>((sum, count) => sum + Number(count), 0)).toBe(500 + 24 * 60);
  });

  it('begin anew after an interval without any', async () => {
    await call();
    await vi.advanceTimersByTimeAsync(60_000);
    await call();
    expect(entries).toHaveLength(2);
  });

  it('are refused all the same when the log cannot be written', async () => {
    isAway = true;
    expect(JSON.parse(await call())).toMatchObject({ statusCode: 500 });
    await refused.stop();
    expect(entries).toEqual([]);
  });
});
