import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  type Canary,
  type EgressPage,
  errorBody,
  ROUTES,
  type SessionDetail,
  type SessionPage,
} from '@rtcstats-server/api';
import { connect, sendSession } from '@rtcstats-server/testing/client';
import { RtcstatsComStub } from '@rtcstats-server/testing/rtcstats-com';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { createConfig } from '../config/config.ts';
import { type Gateway, startGateway } from '../gateway/gateway.ts';

const TOKEN = 'an-admin-token-of-the-test';
const MESSAGES = ['["create",null,{"iceServers":[]},1]', '[":new",null,{"shiny":true,"at":"203.0.113.77"},1]'];
const CLEAN = 'RTCStatsDump\n{"fileFormat":3}\n[":a",null,1,1]\n["close",null,1000,1]\n';
const DIRTY = CLEAN.replace('1,1]', '"203.0.113.77",1]');

let data: string;
let stub: RtcstatsComStub;
let gateway: Gateway;
let recording: WebSocket;
const called = new Set<string>();

/** A started gateway with a session in every state that there is, and forwarding on. */
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'rtcstats-responses-'));
  stub = await new RtcstatsComStub().start();
  const config = createConfig({
    server: { port: 0, hostIdentifier: 'gateway-1' },
    admin: { port: 0, token: TOKEN },
    dataDirectory: data,
    forward: { mode: 'upload', endpoint: stub.endpoint, token: stub.token, sample: 0 },
    // The rows below are of a call that is long over.
    retention: { dumps: 'forever', sessions: 'forever', insights: 'forever' },
  });
  gateway = await startGateway(config, { log: pino({ level: 'silent' }) });
  const catalog = openSqliteCatalog(join(data, 'catalog.sqlite'));
  for (const [id, dump] of Object.entries({ clean: CLEAN, dirty: DIRTY })) {
    await writeFile(join(data, 'quarantine', `${id}.gz`), gzipSync(dump));
    await catalog.sessions.put(sessionRow(id, { state: 'quarantined', storageKey: null }));
  }
  await catalog.close();
  const url = `ws://127.0.0.1:${gateway.publicAddress.port}/?userId=anna&conferenceId=room`;
  await sendSession(url, MESSAGES);
  recording = await connect(url);
  recording.send(MESSAGES[0]!);
});
afterAll(async () => {
  recording.terminate();
  await gateway.stop();
  await stub.stop();
  await rm(data, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Calls a route, and parses the response with the schema that the route documents for its status. */
async function call(
  operationId: string,
  input: { id?: string; name?: string; query?: string; body?: object } = {},
): Promise<Answer> {
  const route = ROUTES.find((candidate) => candidate.operationId === operationId)!;
  const origin = `http://127.0.0.1:${gateway.adminAddress.port}`;
  const { id = '', name = '', query = '', body } = input;
  const path = route.path.replace('{id}', id).replace('{name}', name);
  const response = await fetch(`${origin}${path}${query}`, {
    method: route.method.toUpperCase(),
    headers: { authorization: `Bearer ${TOKEN}`, origin, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const { status } = response;
  called.add(`${operationId} ${status}`);
  const documented = route.responses[status];
  if (documented === undefined) expect(route.errors).toHaveProperty(String(status));
  const text = await response.text();
  if (documented?.mediaType !== undefined) {
    expect(response.headers.get('content-type')).toContain(documented.mediaType);
    return { status, body: text };
  }
  if (documented && documented.body === undefined) {
    expect(text).toBe('');
    return { status, body: undefined };
  }
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  const json: unknown = JSON.parse(text);
  // The schemas are strict: a property that is not documented fails here.
  (documented?.body ?? errorBody).parse(json);
  return { status, body: json };
}

async function idOf(state: string): Promise<string> {
  return await vi.waitUntil(async () => {
    const { sessions } = (await call('listSessions', { query: `?state=${state}` })).body as SessionPage;
    return sessions[0]?.id;
  });
}

it('answers what the schemas describe', async () => {
  const stored = await idOf('stored');
  const live = await idOf('recording');
  expect(await call('getAnalysis', { id: stored, query: '?format=rtcstats' })).toMatchObject({
    status: 200,
    body: { data: { scores: { experienceScore: null }, observations: [] } },
  });
  expect(await call('getAnalysis', { id: stored, query: '?format=other' })).toMatchObject({ status: 400 });
  expect(await call('getLiveDump', { id: live })).toMatchObject({ status: 200 });
  expect(await call('getLiveDump', { id: live, query: '?from=-1' })).toMatchObject({ status: 400 });
  expect(await call('getLiveDump', { id: stored })).toMatchObject({ status: 404 });
  const { receipt } = (await call('getSession', { id: stored })).body as SessionDetail;
  expect(receipt.redactions['ipAddresses']).toBeGreaterThan(0);
  expect(receipt.drift.entries).not.toEqual([]);
  expect(await call('getSession', { id: 'unknown' })).toMatchObject({ status: 404 });
  expect(await call('listSessions', { query: '?usr=anna' })).toMatchObject({ status: 400 });
  const found = await call('searchSessions', { body: { search: 'anna', state: 'stored', limit: 1 } });
  expect(found).toMatchObject({ status: 200, body: { sessions: [{ id: stored }] } });
  expect(await call('searchSessions', { body: { usr: 'anna' } })).toMatchObject({ status: 400 });
  await call('getDump', { id: stored });
  expect(await call('getAnalysis', { id: stored })).toMatchObject({ status: 200 });
  expect(await call('getAnalysis', { id: 'dirty' })).toMatchObject({ status: 200, body: { analysisVersion: 1 } });
  expect(await call('getAnalysis', { id: live })).toMatchObject({ status: 409 });
  expect(await call('getConferenceAnalysis', { name: 'room' })).toMatchObject({
    status: 200,
    body: { calls: [{ sessions: [stored] }], missing: [{ session: live, why: 'recording' }] },
  });
  expect(await call('getConferenceAnalysis', { name: 'unknown' })).toMatchObject({ status: 404 });
  expect(await call('verifySession', { id: 'dirty' })).toMatchObject({ body: { clean: false, total: 1 } });
  expect(await call('releaseSession', { id: 'dirty' })).toMatchObject({ status: 409 });
  expect(await call('releaseSession', { id: 'clean' })).toMatchObject({ status: 200, body: { state: 'stored' } });

  expect(await call('getOverview', { query: '?by=browser' })).toMatchObject({
    status: 200,
    body: { granularity: 'day' },
  });
  expect(await call('getChanges', { query: '?by=browser' })).toMatchObject({ status: 200, body: { comparisons: 0 } });
  expect(await call('getOverview', { query: '?by=user' })).toMatchObject({ status: 400 });
  expect(await call('getOverview', { query: '?from=2026-03-02&to=2026-03-01' })).toMatchObject({ status: 400 });

  expect(await call('forwardSession', { id: stored })).toMatchObject({ status: 202, body: { by: 'hand:api' } });
  await vi.waitUntil(async () => {
    const { deliveries } = (await call('getSession', { id: stored })).body as SessionDetail;
    return deliveries[0]?.state === 'delivered';
  });
  expect(await call('listDeliveries')).toMatchObject({ body: { enabled: true, counts: { delivered: 1 } } });
  expect(((await call('listEgress')).body as EgressPage).entries.length).toBe(1);
  expect(await call('exportSubject', { query: '?user=anna' })).toMatchObject({ status: 200 });
  expect(await call('exportSubject', { query: '?user=nobody' })).toMatchObject({ status: 404 });
  expect(await call('exportSubject', { query: '?user=anna&conference=c' })).toMatchObject({ status: 400 });
  expect(await call('exportSubjectByBody', { body: { user: 'anna' } })).toMatchObject({ status: 200 });
  expect(await call('exportSubjectByBody', { body: {} })).toMatchObject({ status: 400 });
  expect(await call('previewSubject', { body: { user: 'anna' } })).toMatchObject({
    status: 200,
    body: { sessions: 2, forwarded: 1, newest: [{ id: live }, { id: stored }], holds: [] },
  });
  expect(await call('previewSubject', { query: '?user=anna' })).toMatchObject({ status: 400 });
  expect(await call('deleteSession', { id: stored })).toMatchObject({ status: 204 });

  const nobody = { user: 'nobody' };
  const counted = { status: 200, body: { sessions: 0 } };
  expect(await call('eraseSubject', { body: { ...nobody, dryRun: true } })).toMatchObject(counted);
  expect(await call('eraseSubject', { body: nobody })).toMatchObject({ status: 400 });
  expect(await call('eraseSubject', { body: { ...nobody, confirm: 'Nobody' } })).toMatchObject({ status: 400 });
  expect(await call('eraseSubject', { body: { ...nobody, confirm: 'nobody' } })).toMatchObject(counted);
  expect(await call('listErasures')).toMatchObject({
    status: 200,
    body: { erasures: [{ kind: 'user', sessions: 0 }] },
  });

  expect(await call('listAudit', { query: '?limit=1&action=session.delete' })).toMatchObject({
    body: { entries: [{ outcome: 'done', actor: 'admin', target: stored }], nextCursor: expect.any(String) },
  });
  expect(await call('listAudit', { query: '?action=other' })).toMatchObject({ status: 400 });
  expect(await call('verifyAudit', { body: {} })).toMatchObject({
    status: 200,
    body: { verified: true, problems: [] },
  });
  expect(await call('verifyAudit', { body: { checkpoint: 1 } })).toMatchObject({ status: 400 });
  await call('getRisk');
  await call('getPolicy');
  await call('getSignIn');
  await call('signIn', { body: { token: TOKEN } });
  await call('signOut');
  expect(await call('getTryIt', { query: '?conference=c' })).toMatchObject({ body: { tokenRequired: false } });
  await call('getReadiness');
  await call('getMetrics');
  await call('getOpenApi');

  expect(await call('getCanary')).toMatchObject({ body: { running: false, report: null } });
  expect(await call('startCanary')).toMatchObject({ status: 202 });
  expect(await call('startCanary')).toMatchObject({ status: 409 });
  await vi.waitUntil(async () => !((await call('getCanary')).body as Canary).running);

  const succeeded = new Set([...called].filter((call) => / 2\d\d$/.test(call)).map((call) => call.split(' ')[0]));
  expect([...succeeded].sort()).toEqual(ROUTES.map(({ operationId }) => operationId).sort());
});

it('shows the document to authorized clients only', async () => {
  const response = await fetch(`http://127.0.0.1:${gateway.adminAddress.port}/api/openapi.json`);
  expect(response.status).toBe(401);
  expect(errorBody.parse(await response.json())).toMatchObject({ code: 'ADMIN_UNAUTHORIZED' });
});
