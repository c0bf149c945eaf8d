import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presetPolicy } from '@rtcstats-server/privacy';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CanaryRuns, type CanaryState } from '../canary/runs.ts';
import { withStoredSessions } from '../commands/stored-sessions.ts';
import { type Config, createConfig } from '../config/config.ts';
import { type Gateway, startGateway } from '../gateway/gateway.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';

const log = pino({ level: 'silent' });
let data: string;
let gateway: Gateway | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'rtcstats-canary-'));
});
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await rm(data, { recursive: true, force: true });
});

async function start({ server = {}, ...rest }: Readonly<Record<string, object>> = {}): Promise<Config> {
  const config = createConfig({ server: { port: 0, ...server }, admin: { port: 0 }, dataDirectory: data, ...rest });
  gateway = await startGateway(config, { log });
  return config;
}

async function call(path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${gateway!.adminAddress.port}${path}`, init);
  return { status: response.status, body: await response.json() };
}

async function ended(): Promise<CanaryState> {
  return await vi.waitUntil(async () => {
    const state = (await call('/api/canary')).body as CanaryState;
    return !state.running && state;
  });
}

it('runs one canary at a time, which finds nothing and is deleted', async () => {
  await start({
    server: { allowedOrigins: ['https://*.example.com'] },
    authorization: { jwtSecret: 'a secret of the application, long enough' },
  });
  const never = { running: false, startedAt: null, finishedAt: null, report: null, error: null };
  expect(await call('/api/canary')).toEqual({ status: 200, body: never });
  const foreign = { method: 'POST', headers: { origin: 'https://elsewhere.example' } };
  expect(await call('/api/canary', foreign)).toMatchObject({ status: 401 });
  expect(await call('/api/canary', { method: 'POST' })).toMatchObject({ status: 202, body: { running: true } });
  expect(await call('/api/canary', { method: 'POST' })).toMatchObject({
    status: 409,
    body: { code: 'CANARY_RUNNING' },
  });

  const { report, error, startedAt, finishedAt } = await ended();
  expect({ error, faults: report?.faults }).toEqual({ error: null, faults: [] });
  expect(report).toMatchObject({ clean: true, state: 'stored', lost: 0, searched: { whileRecording: true } });
  expect(report!.counts.survived).toBeGreaterThan(100);
  expect(finishedAt! > startedAt!).toBe(true);
  expect((await call('/api/sessions')).body).toMatchObject({ sessions: [] });
  expect(await call('/api/canary', { method: 'POST' })).toMatchObject({ status: 202, body: { report: null } });
  await ended();
});

it('reports where a value was found, but not the value', async () => {
  const config = await start({ privacy: { hostnames: 'keep' } });
  const checked = { ...config, privacy: presetPolicy('standard') };
  const state = await withStoredSessions(config, async (sessions) => {
    const runs = new CanaryRuns({
      config: checked,
      dataDirectory: data,
      keys: openPseudonymKeys(config, { create: false }),
      sessions,
      deliveries: { changed: () => {} },
      metrics: { text: () => Promise.resolve('') },
      address: () => gateway!.publicAddress,
      log,
    });
    runs.start();
    await vi.waitUntil(() => !runs.state.running);
    return runs.state;
  });
  expect(state).toMatchObject({ error: null, report: { clean: false, lost: 0 } });
  const { faults, counts } = state.report!;
  expect(faults).toHaveLength(counts.leaked + counts.changed);
  const fault = faults.find(({ place }) => place === 'the request: Origin, host');
  expect(fault).toEqual({
    place: 'the request: Origin, host',
    classes: ['hostnames'],
    outcome: 'leaked',
    foundIn: expect.arrayContaining(['catalog', 'dump line 2']),
  });
});

it('reports why a canary could not be completed', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  await start({ authorization: { publicKey: pem } });
  await call('/api/canary', { method: 'POST' });
  expect(await ended()).toMatchObject({
    report: null,
    error: { code: 'UNAUTHORIZED', message: expect.stringContaining('private key') },
  });
});

it('does not delay the stop of the gateway', async () => {
  await start();
  await call('/api/canary', { method: 'POST' });
  await gateway!.stop();
  expect(gateway!.pendingSessions).toBe(0);
});

it('says that it needs a token where names come from tokens only', async () => {
  await start({ authorization: { trustQueryIdentity: false } });
  await call('/api/canary', { method: 'POST' });
  expect(await ended()).toMatchObject({
    report: null,
    error: { code: 'UNAUTHORIZED', message: expect.stringContaining('names from tokens only') },
  });
});

it('runs where names come from tokens only', async () => {
  const jwtSecret = 'a secret of the application, long enough';
  await start({ authorization: { jwtSecret, trustQueryIdentity: false, maxLifetimeSeconds: 60 } });
  await call('/api/canary', { method: 'POST' });
  expect(await ended()).toMatchObject({ error: null, report: { clean: true, lost: 0 } });
});
