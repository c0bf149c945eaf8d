import Fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AuditEntry } from '../audit/audit-log.ts';
import { isGatewayError } from '../errors/gateway-error.ts';
import { AdminAccess } from './admin-access.ts';
import { type AdminToken, adminTokens } from './admin-tokens.ts';
import type { RefusedCall } from './refused-calls.ts';
import { registerSignIn } from './sign-in-routes.ts';

const TOKEN = 'an-admin-token-of-the-test';
const OWN = { host: 'stats.example:8081', origin: 'https://stats.example:8081' };
let app: FastifyInstance;
let now: number;
let recorded: (AuditEntry | RefusedCall)[];

/** Expires two hours after the start of the test. */
const READER: AdminToken = {
  name: 'reader',
  token: 'a-token-that-only-reads',
  roles: ['read'],
  expires: '1970-01-01T02:00:00.000Z',
};

beforeEach(() => {
  now = 0;
  app = Fastify();
  const access = new AdminAccess(adminTokens({ token: TOKEN, tokens: [READER] }), () => now);
  recorded = [];
  const audit = { record: async (entry: AuditEntry) => void recorded.push(entry) };
  const refused = { add: (call: RefusedCall) => void recorded.push(call) };
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.url === '/api/data') access.admit(request);
  });
  app.setErrorHandler((error, _request, reply) =>
    reply.code((isGatewayError(error) ? error.httpStatus : undefined) ?? 500).send(),
  );
  registerSignIn(app, { access, audit, refused, log: pino({ level: 'silent' }) });
  app.get('/api/data', async () => 'data');
  app.post('/api/data', async () => 'done');
});
afterEach(() => app.close());

async function signIn(token: string, headers: Record<string, string> = OWN) {
  return await app.inject({ method: 'POST', url: '/api/sign-in', headers, payload: { token } });
}

async function status(method: 'GET' | 'POST', headers: Record<string, string>): Promise<number> {
  return (await app.inject({ method, url: '/api/data', headers })).statusCode;
}

async function cookie(): Promise<string> {
  return String((await signIn(TOKEN)).headers['set-cookie']).split(';')[0]!;
}

it('exchanges the token for a cookie that no script and no other site can use', async () => {
  const response = await signIn(TOKEN);
  expect(response.statusCode).toBe(204);
  expect(response.headers['set-cookie']).toMatch(/; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  expect(String(response.headers['set-cookie'])).not.toContain(TOKEN);
  expect((await signIn(TOKEN, { ...OWN, 'x-forwarded-proto': 'https' })).headers['set-cookie']).toMatch(/; Secure$/);
});

it('accepts the cookie', async () => {
  expect(await status('GET', {})).toBe(401);
  expect(await status('GET', { cookie: await cookie() })).toBe(200);
  expect(await status('GET', { cookie: `other=1; ${await cookie()}; more=2` })).toBe(200);
  expect(await status('GET', { cookie: (await cookie()).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) })).toBe(
    401,
  );
  const state = await app.inject({ url: '/api/sign-in', headers: { cookie: await cookie() } });
  expect(state.json()).toEqual({
    required: true,
    signedIn: true,
    name: 'admin',
    roles: ['read', 'operate', 'erase', 'audit'],
  });
});

it('accepts the cookie beside one of the same name that another site of the domain has set', async () => {
  const own = await cookie();
  for (const foreign of ['rtcstats-admin=junk', `rtcstats-admin=9999999999.${'A'.repeat(43)}`]) {
    expect(await status('GET', { cookie: `${foreign}; ${own}` })).toBe(200);
    expect(await status('GET', { cookie: `${own}; ${foreign}` })).toBe(200);
    expect(await status('GET', { cookie: foreign })).toBe(401);
  }
});

it.each([
  [{ ...OWN }, 200],
  [{ ...OWN, 'sec-fetch-site': 'same-origin' }, 200],
  [{ host: 'behind-a-proxy', origin: OWN.origin, 'sec-fetch-site': 'same-origin' }, 200],
  [{ host: OWN.host }, 401],
  [{ ...OWN, origin: 'https://stats.example:9999' }, 401],
  [{ ...OWN, origin: 'null' }, 401],
  [{ ...OWN, 'sec-fetch-site': 'same-site' }, 401],
])(
  'accepts a POST with the cookie only from a page of this listener: %j is answered with %i',
  async (headers, expected) => {
    expect(await status('POST', { ...headers, cookie: await cookie() })).toBe(expected);
  },
);

it('rejects signing in and out from a page of another site', async () => {
  const foreign = { ...OWN, origin: 'https://evil.example' };
  expect((await signIn(TOKEN, foreign)).statusCode).toBe(401);
  expect((await app.inject({ method: 'POST', url: '/api/sign-out', headers: foreign })).statusCode).toBe(401);
});

it('limits wrong tokens, by sign-in and by header, and always accepts the right one', async () => {
  for (let guess = 0; guess < 10; guess++) expect((await signIn(`guess-${guess}`)).statusCode).toBe(401);
  expect((await signIn('guess')).statusCode).toBe(429);
  expect(await status('GET', { authorization: 'Bearer guess' })).toBe(429);
  expect((await signIn(TOKEN)).statusCode).toBe(204);
  expect(await status('GET', { authorization: `Bearer ${TOKEN}` })).toBe(200);
  now += 2000;
  expect(await status('GET', { authorization: 'Bearer guess' })).toBe(401);
  expect(await status('GET', { authorization: 'Bearer guess' })).toBe(429);
});

it('deletes the cookie at sign-out, and accepts no copy of it afterwards', async () => {
  const [copied, other] = [await cookie(), await cookie()];
  const headers = { ...OWN, cookie: copied };
  const response = await app.inject({ method: 'POST', url: '/api/sign-out', headers });
  expect(response.headers['set-cookie']).toMatch(/^rtcstats-admin=; Path=\/; Max-Age=0;/);
  expect(await status('GET', { cookie: copied })).toBe(401);
  expect(await status('GET', { cookie: other })).toBe(200);
});

it('rejects a cookie after twelve hours', async () => {
  const headers = { cookie: await cookie() };
  now += 43_199_000;
  expect(await status('GET', headers)).toBe(200);
  now += 1000;
  expect(await status('GET', headers)).toBe(401);
});

it('remembers a bounded number of sign-ins', async () => {
  const first = await cookie();
  for (let count = 1; count < 1000; count++) await signIn(TOKEN);
  expect(await status('GET', { cookie: first })).toBe(200);
  await signIn(TOKEN);
  expect(await status('GET', { cookie: first })).toBe(401);
});

it.each([{}, { token: '' }, { token: 7 }, { token: TOKEN, more: 1 }])('rejects the body %j', async (payload) => {
  const response = await app.inject({ method: 'POST', url: '/api/sign-in', headers: OWN, payload });
  expect(response.statusCode).toBe(400);
});

it('records who signed in, and that somebody could not', async () => {
  await signIn(TOKEN);
  await signIn(READER.token);
  await signIn('guess');
  expect(recorded).toEqual([
    { action: 'sign-in', actor: 'admin', outcome: 'done' },
    { action: 'sign-in', actor: 'reader', outcome: 'done' },
    { actor: 'unknown', code: 'ADMIN_UNAUTHORIZED', route: '/api/sign-in' },
  ]);
});

it('gives a cookie the roles of its token, and ends it when the token expires', async () => {
  const response = await signIn(READER.token);
  expect(response.headers['set-cookie']).toMatch(/; Max-Age=7200;/);
  const headers = { cookie: String(response.headers['set-cookie']).split(';')[0]! };
  const state = await app.inject({ url: '/api/sign-in', headers });
  expect(state.json()).toEqual({ required: true, signedIn: true, name: 'reader', roles: ['read'] });
  now += 7_199_000;
  expect(await status('GET', headers)).toBe(200);
  now += 1000;
  expect(await status('GET', headers)).toBe(401);
  expect(await status('GET', { authorization: `Bearer ${READER.token}` })).toBe(401);
  expect((await signIn(READER.token)).statusCode).toBe(401);
});
