import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { cleanNames, presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { DeliveryService } from '../forward/delivery-service.ts';
import { SessionRemoval } from '../lifecycle/removal.ts';
import { Sessions } from '../lifecycle/sessions.ts';
import { Overviews } from '../overview/overviews.ts';
import { RangeComparison } from '../overview/range-comparison.ts';
import { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { LocalStorage } from '../storage/local.ts';
import type { ReadinessReport } from './readiness.ts';
import { createAdminServer } from './server.ts';
import { accessParts } from './testing/access-parts.ts';

const TOKEN = 'an-admin-token-of-the-test';
const clean = 'RTCStatsDump\n{"fileFormat":3}\n[":a",null,1,1]\n["close",null,1000,1]\n';
const dirty = clean.replace('1,1]', '"203.0.113.77",1]');
const policy = presetPolicy('standard');
const keys = new PseudonymKeys(new Uint8Array(32).fill(9), 86_400_000);

let directory: string;
let catalog: Catalog;
let storage: LocalStorage;
let quarantine: LocalStorage;
let app: FastifyInstance;
let logged: string;

const READY: ReadinessReport = { ready: true, checks: { accepting: { ok: true, required: true } } };

function create(token?: string, report: ReadinessReport = READY): FastifyInstance {
  const stores = { catalog, storage, quarantine, host: 'gateway-1' };
  const removal = new SessionRemoval({ ...stores, dataDirectory: directory });
  const sessions = new Sessions({ ...stores, createVerifier: () => new Verifier(policy), removal, keys });
  const write = (line: string): string => (logged += line);
  const log = pino({ level: 'trace' }, { write });
  const readiness = { report: () => Promise.resolve(report) };
  const metrics = {
    contentType: 'text/plain; version=0.0.4',
    text: () => Promise.resolve('rtcstats_messages_total 7\n'),
  };
  const deliveries = new DeliveryService({ catalog, enabled: true });
  const overview = new Overviews(catalog.rollups, { minimumGroup: 2 });
  const comparison = new RangeComparison(catalog.rollups, { minimumGroup: 2 });
  const parts = { sessions, deliveries, overview, comparison, policy, ...accessParts(catalog, token) };
  return createAdminServer({ ...parts, readiness, metrics, log });
}

beforeEach(async () => {
  logged = '';
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-admin-'));
  storage = await LocalStorage.open(join(directory, 'dumps'));
  quarantine = await LocalStorage.open(join(directory, 'quarantine'));
  catalog = openSqliteCatalog(join(directory, 'catalog.sqlite'));
  await catalog.migrate();
  const file = join(directory, 'file');
  await writeFile(file, gzipSync(clean));
  await storage.put('2026/03/01/stored.gz', file);
  await writeFile(file, gzipSync(dirty));
  await quarantine.put('quarantined.gz', file);
  await Promise.all([
    catalog.sessions.put(sessionRow('stored', { user: 'anna', startedAt: '2026-03-01T10:00:00.000Z' })),
    catalog.sessions.put(
      sessionRow('quarantined', { state: 'quarantined', startedAt: '2026-03-02T10:00:00.000Z', storageKey: null }),
    ),
    catalog.sessions.put(
      sessionRow('recording', { state: 'recording', startedAt: '2026-03-03T10:00:00.000Z', storageKey: null }),
    ),
    catalog.sessions.put(
      sessionRow('erased', { state: 'erased', startedAt: '2026-03-04T10:00:00.000Z', storageKey: null }),
    ),
  ]);
  app = create();
});
afterEach(async () => {
  await app.close();
  await catalog.close();
  await rm(directory, { recursive: true, force: true });
});

describe('/api/sessions', () => {
  it.each([
    ['', ['erased', 'recording', 'quarantined', 'stored']],
    ['?user=anna', ['stored']],
    ['?search=anna', ['stored']],
    ['?search=recording', ['recording']],
    ['?origin=meet.example.com', ['erased', 'recording', 'quarantined', 'stored']],
    ['?origin=http://meet.example.com', []],
    ['?browser=Firefox', []],
    ['?state=quarantined', ['quarantined']],
    ['?from=2026-03-03', ['erased', 'recording']],
    ['?to=2026-03-02T12:00:00%2B02:00', ['stored']],
  ])('lists %s', async (query, ids) => {
    const response = await app.inject(`/api/sessions${query}`);
    expect(response.statusCode).toBe(200);
    expect(response.json().sessions.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(response.json().nextCursor).toBeNull();
  });

  it('finds people by the name that the application uses, in every key epoch and whether the policy keeps names or not', async () => {
    const starts = ['2026-02-01T00:00:00.000Z', '2026-02-01T23:00:00.000Z', '2026-03-04T09:00:00.000Z'];
    for (const [index, startedAt] of starts.entries()) {
      const [user = null] = cleanNames('user', 'anna', policy, keys.current(Date.parse(startedAt)));
      await catalog.sessions.put(sessionRow(`anna-${index}`, { user, startedAt }));
    }
    const ids = async (query: string): Promise<string[]> =>
      (await app.inject(`/api/sessions?${query}`)).json().sessions.map(({ id }: { id: string }) => id);
    expect(await ids('user=anna')).toEqual(['anna-2', 'stored', 'anna-1', 'anna-0']);
    expect(await ids('user=anna&from=2026-03-01')).toEqual(['anna-2', 'stored']);
    expect(await ids('user=anna&to=2026-02-02')).toEqual(['anna-1', 'anna-0']);
    expect(await ids('user=ann')).toEqual([]);
    expect(await ids('conference=anna')).toEqual([]);
    const { user } = (await catalog.sessions.get('anna-2'))!;
    expect(await ids(`user=${user}`)).toEqual(['anna-2']);
  });

  it('pages', async () => {
    const first = (await app.inject('/api/sessions?limit=3')).json();
    expect(first.sessions).toHaveLength(3);
    const second = (await app.inject(`/api/sessions?limit=3&cursor=${first.nextCursor}`)).json();
    expect(second).toMatchObject({ sessions: [{ id: 'stored' }], nextCursor: null });
  });

  it.each([
    '?limit=0',
    '?limit=x',
    '?state=lost',
    '?from=yesterday',
    '?usr=anna',
    '?browser=Mosaic',
    '?cursor=x',
    '?user=a&user=b',
  ])('rejects %s', async (query) => {
    const response = await app.inject(`/api/sessions${query}`);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({ error: expect.any(String), code: 'BAD_REQUEST' });
  });
});

describe('/api/sessions/:id', () => {
  it.each([
    ['/api/sessions/%zz', 400, 'BAD_REQUEST'],
    [`/api/sessions/${'a'.repeat(5000)}`, 404, 'SESSION_NOT_FOUND'],
    [`/api/sessions/${'a'.repeat(5000)}/dump`, 404, 'SESSION_NOT_FOUND'],
    [`/api/sessions?search=${'a'.repeat(5000)}`, 400, 'BAD_REQUEST'],
  ])('answers long and malformed parameters in the documented form (%#)', async (url, status, code) => {
    const response = await app.inject(url);
    expect(response.statusCode).toBe(status);
    expect(response.json()).toEqual({ error: expect.any(String), code });
  });

  it('answers requests that cannot be parsed in the documented form', async () => {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    for (const [request, status] of [
      [`GET /?${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
      ['nonsense\r\n\r\n', 400],
    ] as const) {
      const [head, body] = (await text(connect(port, '127.0.0.1').end(request))).split('\r\n\r\n');
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(JSON.parse(body!)).toEqual({ error: expect.any(String), code: 'BAD_REQUEST' });
    }
  });

  it('shows a session with its receipt', async () => {
    expect((await app.inject('/api/sessions/stored')).json()).toMatchObject({
      id: 'stored',
      receipt: { policy: 'standard', redactions: { ipAddresses: 3 }, verified: true },
    });
  });

  it.each([
    ['stored', clean],
    ['quarantined', dirty],
  ])('serves the dump of a %s session, as gzip and as text', async (id, text) => {
    const packed = await app.inject({ url: `/api/sessions/${id}/dump`, headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'content-encoding': 'gzip' });
    expect(gunzipSync(packed.rawPayload).toString()).toBe(text);
    expect((await app.inject(`/api/sessions/${id}/dump`)).payload).toBe(text);
  });

  it('verifies', async () => {
    const verify = async (id: string) =>
      (await app.inject({ method: 'POST', url: `/api/sessions/${id}/verify` })).json();
    expect(await verify('stored')).toMatchObject({ clean: true, findings: [] });
    expect(await verify('quarantined')).toMatchObject({ clean: false, findings: [{ class: 'ipAddresses', line: 3 }] });
  });

  it('deletes dump and row', async () => {
    for (const id of ['stored', 'quarantined', 'erased']) {
      expect((await app.inject({ method: 'DELETE', url: `/api/sessions/${id}` })).statusCode).toBe(204);
      expect((await app.inject(`/api/sessions/${id}`)).statusCode).toBe(404);
    }
    await expect(storage.get('2026/03/01/stored.gz')).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
    await expect(quarantine.get('quarantined.gz')).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
  });

  it.each([
    ['GET', '/api/sessions/unknown', 404, 'SESSION_NOT_FOUND'],
    ['GET', '/api/sessions/unknown/dump', 404, 'SESSION_NOT_FOUND'],
    ['GET', '/api/sessions/unknown/analysis', 404, 'SESSION_NOT_FOUND'],
    ['GET', '/api/sessions/erased/analysis', 404, 'DUMP_NOT_FOUND'],
    ['GET', '/api/sessions/recording/analysis', 409, 'SESSION_ACTIVE'],
    ['DELETE', '/api/sessions/unknown', 404, 'SESSION_NOT_FOUND'],
    ['GET', '/api/sessions/erased/dump', 404, 'DUMP_NOT_FOUND'],
    ['GET', '/api/sessions/recording/dump', 409, 'SESSION_ACTIVE'],
    ['POST', '/api/sessions/recording/verify', 409, 'SESSION_ACTIVE'],
    ['DELETE', '/api/sessions/recording', 409, 'SESSION_ACTIVE'],
    ['GET', '/api/sessions/..%2F..%2Fetc%2Fpasswd/dump', 404, 'SESSION_NOT_FOUND'],
    ['GET', '/nothing', 404, 'NOT_FOUND'],
    ['PUT', '/api/sessions/stored', 404, 'NOT_FOUND'],
  ] as const)('%s %s: %i %s', async (method, url, status, code) => {
    const response = await app.inject({ method, url });
    expect(response.statusCode).toBe(status);
    expect(response.json()).toEqual({ error: expect.any(String), code });
  });

  it('discloses nothing about an unexpected error, to the client and in the log', async () => {
    await storage.delete('2026/03/01/stored.gz');
    await writeFile(join(directory, 'file'), 'no gzip: 203.0.113.77');
    await storage.put('2026/03/01/stored.gz', join(directory, 'file'));
    const response = await app.inject({ method: 'POST', url: '/api/sessions/stored/verify' });
    expect(response.statusCode).toBe(500);
    expect(response.json()).toEqual({ error: 'Something failed inside the server', code: 'INTERNAL' });
    expect(logged).toContain('DUMP_DAMAGED');
    expect(logged).not.toContain('203.0.113.77');
  });
});

it('shows the policy', async () => {
  expect((await app.inject('/api/policy')).json()).toEqual(JSON.parse(JSON.stringify(policy)));
});

it.each(['/api/sessions', '/api/sessions/stored/dump', '/metrics', '/nothing', '/api/sessions?limit=x', '/'])(
  'sends its security headers with %s, authorized or not',
  async (url) => {
    for (const [host, status] of [['localhost', 0] as const, ['evil.example', 401] as const]) {
      const { headers, statusCode } = await app.inject({ url, headers: { host } });
      if (status !== 0) expect(statusCode).toBe(status);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
      expect(headers['cache-control']).toBe(url === '/' && status === 0 ? 'no-cache' : 'no-store');
    }
  },
);

describe('authorization', () => {
  it('requires the token if there is one, except for /readyz', async () => {
    app = create(TOKEN);
    const call = async (url: string, authorization?: string) =>
      (await app.inject({ url, headers: authorization === undefined ? {} : { authorization } })).statusCode;
    expect(await call('/api/sessions')).toBe(401);
    expect(await call('/api/sessions', 'Bearer wrong')).toBe(401);
    expect(await call('/api/sessions', `Basic ${TOKEN}`)).toBe(401);
    expect(await call('/metrics')).toBe(401);
    expect(await call('/nothing')).toBe(401);
    expect(await call('/api/sessions', `Bearer ${TOKEN}`)).toBe(200);
    expect(await call('/readyz')).toBe(200);
  });

  it.each([
    ['localhost:8081', undefined, 200],
    ['127.0.0.1:8081', undefined, 200],
    ['[::1]:8081', undefined, 200],
    ['127.0.0.1:8081', 'http://127.0.0.1:8081', 200],
    ['evil.example:8081', undefined, 401],
    ['127.0.0.1.evil.example', undefined, 401],
    ['127.0.0.1:8081', 'http://evil.example', 401],
    ['127.0.0.1:8081', 'http://127.0.0.1:3000', 401],
    ['127.0.0.1:8081', 'null', 401],
  ])('without a token: Host %s and Origin %s are answered with %i', async (host, origin, status) => {
    const headers = { host, ...(origin === undefined ? {} : { origin }) };
    expect((await app.inject({ url: '/api/sessions', headers })).statusCode).toBe(status);
  });
});

it('answers 503 if the gateway is not ready', async () => {
  const accepting = { ok: false, required: true, code: 'GOING_AWAY' } as const;
  app = create(undefined, { ready: false, checks: { accepting } });
  const response = await app.inject('/readyz');
  expect(response.statusCode).toBe(503);
  expect(response.json()).toEqual({ ready: false, checks: { accepting } });
});

it('shows the metrics', async () => {
  const response = await app.inject('/metrics');
  expect(response.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(response.payload).toBe('rtcstats_messages_total 7\n');
});
