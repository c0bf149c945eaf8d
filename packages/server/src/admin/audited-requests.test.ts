import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { AuditPage, AuditVerification } from '@rtcstats-server/api';
import { presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../audit/audit-log.ts';
import { AuditReader } from '../audit/audit-reader.ts';
import { AuditVerifier } from '../audit/audit-verifier.ts';
import { CatalogAuditLog } from '../audit/catalog-audit-log.ts';
import { CheckpointJob } from '../audit/checkpoint-job.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { DeliveryService } from '../forward/delivery-service.ts';
import { SessionRemoval } from '../lifecycle/removal.ts';
import { Sessions } from '../lifecycle/sessions.ts';
import { Overviews } from '../overview/overviews.ts';
import { RangeComparison } from '../overview/range-comparison.ts';
import { LocalStorage } from '../storage/local.ts';
import type { AdminToken } from './admin-tokens.ts';
import { createAdminServer } from './server.ts';

const TOKENS: readonly AdminToken[] = [
  { name: 'anna', token: 'the-token-of-anna', roles: ['read', 'operate', 'erase'], expires: null },
  { name: 'officer', token: 'the-token-of-the-officer', roles: ['audit'], expires: null },
];
const ANNA = { authorization: 'Bearer the-token-of-anna' };
const OFFICER = { authorization: 'Bearer the-token-of-the-officer' };
const DUMP = 'RTCStatsDump\n{"fileFormat":3}\n[":a",null,1,1]\n["close",null,1000,1]\n';

let directory: string;
let catalog: Catalog;
let app: FastifyInstance;
/** Makes the log reject. */
let isAway: boolean;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-audited-'));
  const storage = await LocalStorage.open(join(directory, 'dumps'));
  const quarantine = await LocalStorage.open(join(directory, 'quarantine'));
  catalog = openSqliteCatalog(join(directory, 'catalog.sqlite'));
  await catalog.migrate();
  await writeFile(join(directory, 'file'), gzipSync(DUMP));
  await storage.put('2026/03/01/stored.gz', join(directory, 'file'));
  await catalog.sessions.put(sessionRow('stored', { user: 'u-1', conference: 'c-1', session: null }));
  await catalog.sessions.put(sessionRow('recording', { state: 'recording', user: 'u-2', storageKey: null }));
  const policy = presetPolicy('standard');
  const createVerifier = (): Verifier => new Verifier(policy);
  const log = new CatalogAuditLog(catalog.audit);
  isAway = false;
  const record = async (entry: AuditEntry): Promise<void> => {
    if (isAway) throw new GatewayError('CATALOG_UNAVAILABLE');
    await log.record(entry);
  };
  const stores = { catalog, storage, quarantine, host: 'gateway-1', dataDirectory: directory };
  app = createAdminServer({
    sessions: new Sessions({ ...stores, createVerifier, keys: null, removal: new SessionRemoval(stores) }),
    deliveries: new DeliveryService({ catalog, enabled: true }),
    overview: new Overviews(catalog.rollups, { minimumGroup: 2 }),
    comparison: new RangeComparison(catalog.rollups, { minimumGroup: 2 }),
    policy,
    tokens: TOKENS,
    audit: { record, forget: (persons) => log.forget(persons) },
    auditReader: new AuditReader(catalog.audit, { batch: 2, max: 4 }),
    auditVerifier: new AuditVerifier(catalog.audit, directory),
    readiness: { report: () => Promise.resolve({ ready: true, checks: {} }) },
    metrics: { contentType: 'text/plain', text: () => Promise.resolve('') },
    live: () => Promise.resolve(Buffer.from('[":a",null,1,1]\n')),
    release: () => Promise.reject(new GatewayError('NOT_QUARANTINED')),
    log: pino({ level: 'silent' }),
  });
});
afterEach(async () => {
  await app.close();
  await catalog.close();
  await rm(directory, { recursive: true, force: true });
});

const status = async (method: 'GET' | 'POST' | 'DELETE', url: string): Promise<number> =>
  (await app.inject({ method, url, headers: ANNA })).statusCode;

async function page(query = ''): Promise<AuditPage> {
  return (await app.inject({ url: `/api/audit${query}`, headers: OFFICER })).json() as AuditPage;
}

/** Action and outcome of all entries, the oldest first. */
async function recorded(): Promise<string[]> {
  return (await page('?limit=1000')).entries.toReversed().map(({ action, outcome }) => `${action} ${outcome}`);
}

describe('the audit log', () => {
  it('has an entry for everybody who read a dump, with what it concerns', async () => {
    expect(await status('GET', '/api/sessions/stored/dump')).toBe(200);
    expect((await page()).entries).toEqual([
      {
        position: 0,
        time: expect.stringMatching(/Z$/),
        actor: 'anna',
        action: 'dump.read',
        outcome: 'done',
        target: 'stored',
        persons: expect.toSatisfy((persons: string[]) => persons.toSorted().join() === 'c-1,u-1'),
        details: { state: 'stored' },
        targetExists: true,
        erased: 0,
      },
    ]);
  });

  it('has one entry for a dump that is read while it is recorded, although the console polls', async () => {
    for (const from of [0, 10, 20]) await status('GET', `/api/sessions/recording/live?from=${from}`);
    expect((await page()).entries).toMatchObject([
      { target: 'recording', details: { state: 'recording', live: true } },
    ]);
  });

  it('has entries for forwarding, releasing and deleting', async () => {
    expect(await status('POST', '/api/sessions/stored/forward')).toBe(202);
    expect(await status('POST', '/api/sessions/stored/release')).toBe(409);
    expect(await status('DELETE', '/api/sessions/recording')).toBe(409);
    expect(await status('DELETE', '/api/sessions/stored')).toBe(204);
    expect(await recorded()).toEqual([
      'session.forward begun',
      'session.forward done',
      'quarantine.release begun',
      'quarantine.release failed',
      'session.delete begun',
      'session.delete failed',
      'session.delete begun',
      'session.delete done',
    ]);
    expect((await page()).entries[4]).toMatchObject({ target: 'stored', details: { error: 'NOT_QUARANTINED' } });
  });

  it('has no entry for what does not exist', async () => {
    for (const url of ['dump', 'live'].map((name) => `/api/sessions/none/${name}`)) {
      expect(await status('GET', url)).toBe(404);
    }
    expect(await status('DELETE', '/api/sessions/none')).toBe(404);
    expect(await status('POST', '/api/sessions/none/forward')).toBe(404);
    expect(await recorded()).toEqual([]);
  });

  it('stops dumps from being read, forwarded and deleted while it cannot be written', async () => {
    isAway = true;
    expect(await status('GET', '/api/sessions/stored/dump')).toBe(503);
    expect(await status('GET', '/api/sessions/recording/live')).toBe(503);
    expect(await status('POST', '/api/sessions/stored/forward')).toBe(503);
    expect(await status('DELETE', '/api/sessions/stored')).toBe(503);
    expect(await catalog.sessions.get('stored')).toMatchObject({ state: 'stored' });
    expect(await catalog.deliveries.counts()).toEqual({});
    // Everything else goes on.
    expect(await status('GET', '/api/sessions/stored')).toBe(200);
    const payload = { token: 'the-token-of-anna' };
    const headers = { host: 'a', 'sec-fetch-site': 'same-origin' };
    expect((await app.inject({ method: 'POST', url: '/api/sign-in', payload, headers })).statusCode).toBe(204);
  });

  it('has an entry for calls that the roles of a token do not allow', async () => {
    const response = await app.inject({ url: '/api/sessions/stored/dump', headers: OFFICER });
    expect(response.statusCode).toBe(403);
    expect(response.json()).toEqual({
      code: 'ADMIN_FORBIDDEN',
      error: 'The admin token officer does not have the role read',
    });
    expect(await status('GET', '/api/audit')).toBe(403);
    await expect.poll(recorded).toEqual(['admin.refused refused', 'admin.refused refused']);
  });

  it('is read in pages, by time and by action', async () => {
    for (let count = 0; count < 3; count++) await status('GET', '/api/sessions/stored/dump');
    await status('DELETE', '/api/sessions/stored');
    const first = await page('?limit=2');
    expect(first).toMatchObject({
      size: 5,
      origin: expect.stringContaining('rtcstats-server/audit/'),
      nextCursor: '3',
    });
    const second = await page(`?limit=3&cursor=${first.nextCursor}`);
    expect(second.entries.map(({ position }) => position)).toEqual([2, 1, 0]);
    expect((await page('?action=session.delete')).entries).toHaveLength(2);
    expect((await page('?since=2999-01-01')).entries).toEqual([]);
    expect((await page('?since=2020-01-01')).entries).toHaveLength(5);
    const wrong = await app.inject({ url: '/api/audit?since=2026-99-99&cursor=x&action=y', headers: OFFICER });
    expect(wrong.json()).toMatchObject({
      code: 'BAD_REQUEST',
      error: expect.stringContaining('since, action, cursor'),
    });
  });

  it('is filtered by actor and outcome, and goes on where it stopped reading', async () => {
    const log = new CatalogAuditLog(catalog.audit);
    await log.record({ action: 'sign-in', actor: 'berta', outcome: 'done' });
    await status('POST', '/api/sessions/stored/release');
    for (let count = 0; count < 5; count++) await log.record({ action: 'report', actor: 'anna', outcome: 'done' });
    expect((await page('?outcome=failed')).entries).toEqual([]);
    const first = await page('?actor=berta');
    expect(first).toMatchObject({ entries: [], nextCursor: '4' });
    expect(await page(`?actor=berta&cursor=${first.nextCursor}`)).toMatchObject({
      entries: [{ position: 0, actor: 'berta' }],
      nextCursor: null,
    });
    expect((await page('?actor=anna&limit=2&cursor=7')).entries.map(({ position }) => position)).toEqual([6, 5]);
    expect(await page('?action=quarantine.release&outcome=failed')).toMatchObject({
      entries: [{ action: 'quarantine.release', outcome: 'failed', targetExists: true }],
      nextCursor: null,
    });
  });

  it('is verified on request, with a checkpoint that was kept elsewhere', async () => {
    const verify = async (payload: object = {}): Promise<AuditVerification> =>
      (await app.inject({ method: 'POST', url: '/api/audit/verify', headers: OFFICER, payload })).json();
    await status('GET', '/api/sessions/stored/dump');
    expect((await page()).checkpoint).toBeNull();
    expect(await verify()).toMatchObject({ verified: true, size: 1, checkpoints: 0, signedSize: 0 });
    const parts = { audit: catalog.audit, dataDirectory: directory, log: pino({ level: 'silent' }) };
    await new CheckpointJob(parts).run();
    const { checkpoint } = await page();
    expect(checkpoint).toMatchObject({ size: 1, signedAt: expect.stringMatching(/Z$/) });
    expect(checkpoint!.note).toContain(`\n1\n${checkpoint!.root}\n`);
    const [once, twice] = await Promise.all([verify(), verify()]);
    expect(once).toMatchObject({ verified: true, checkpoints: 2, root: checkpoint!.root });
    expect(twice).toEqual(once);
    expect(await verify({ checkpoint: checkpoint!.note })).toMatchObject({ verified: true, checkpoints: 3 });
    expect(await verify({ checkpoint: checkpoint!.note.replace('\n1\n', '\n2\n') })).toMatchObject({
      verified: false,
      problems: [{ kind: 'checkpoint', message: 'The given checkpoint is not a checkpoint with a valid signature' }],
    });
    expect(await app.inject({ method: 'POST', url: '/api/audit/verify', headers: ANNA })).toMatchObject({
      statusCode: 403,
    });
  });

  it('shows what is left of an entry after its persons were erased', async () => {
    await status('GET', '/api/sessions/stored/dump');
    await new CatalogAuditLog(catalog.audit).forget(['u-1']);
    expect((await page()).entries).toMatchObject([{ target: null, persons: ['c-1'], erased: 1 }]);
    await new CatalogAuditLog(catalog.audit).forget(['c-1']);
    expect((await page()).entries).toMatchObject([
      { target: null, persons: [], details: null, erased: 2, actor: 'anna' },
    ]);
  });
});
