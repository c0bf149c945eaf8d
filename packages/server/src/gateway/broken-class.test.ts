import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DATA_CLASSES, type DataClass } from '@rtcstats-server/privacy';
import { sendSession } from '@rtcstats-server/testing/client';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SessionPage, SessionRow } from '../catalog/sessions.ts';
import { createConfig } from '../config/config.ts';
import { SessionPolicies } from '../session/session-policies.ts';
import { type Gateway, startGateway } from './gateway.ts';

/** For each data class: a value that no other class would replace, and a message that contains it. */
const PLANTED: Readonly<Record<DataClass, readonly [value: string, message: unknown]>> = {
  credentials: ['Sommer-2031', [':login', null, { password: 'Sommer-2031' }, 1]],
  contact: ['anna.keller@example.org', [':log', null, 'write to anna.keller@example.org', 1]],
  pageUrl: ['patient-keller', [':log', null, 'at https://meet.example.com/ward/patient-keller', 1]],
  ipAddresses: ['203.0.113.77', [20, 'PC_0', { candidate: 'candidate:1 1 udp 1 203.0.113.77 4711 typ host' }, 1]],
  macAddresses: ['00:1b:44:11:3a:b7', [':log', null, 'adapter 00:1b:44:11:3a:b7 is up', 1]],
  hostnames: ['annas-macbook', [20, 'PC_0', { candidate: 'candidate:1 1 udp 1 annas-macbook.local 9 typ host' }, 1]],
  deviceNames: [
    'AirPods von Anna',
    [66, null, [{ deviceId: 'default', kind: 'audioinput', label: 'AirPods von Anna', groupId: '' }], 1],
  ],
  deviceIds: [
    '5f3c1a9be07d42c6',
    [
      60,
      null,
      { audio: { deviceId: { exact: '5f3c1a9be07d42c68b1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7' } } },
      1,
    ],
  ],
  identifiers: ['keller-anna', ['identity', null, { user: 'keller-anna' }, 1]],
  sdpIdentity: [
    'anna-k',
    [7, 'PC_0', { type: 'offer', sdp: 'v=0\r\no=anna-k 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n' }, 1],
  ],
  userAgent: [
    '6478.127',
    [39, null, { userAgentData: { fullVersionList: [{ brand: 'Chromium', version: '126.0.6478.127' }] } }, 1],
  ],
};

let data: string;
let gateway: Gateway;
let logged = '';

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'rtcstats-broken-'));
  // A class that the policy keeps cannot fail, so none is kept.
  const privacy = { userAgent: 'truncate' };
  const config = createConfig({ server: { port: 0 }, admin: { port: 0 }, dataDirectory: data, privacy });
  const write = (line: string): void => {
    logged += line;
  };
  gateway = await startGateway(config, { log: pino({ level: 'trace' }, { write }) });
});
afterAll(async () => {
  await gateway.stop();
  await rm(data, { recursive: true, force: true });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Records later sessions without this class, as a fault in it would. The verifier is not affected. */
function breakClass(name: DataClass): void {
  const { current } = SessionPolicies.prototype;
  vi.spyOn(SessionPolicies.prototype, 'current').mockImplementation(function (this: SessionPolicies, ...args) {
    const compiled = current.apply(this, args);
    return { ...compiled, classes: compiled.classes.filter((textClass) => textClass.name !== name) };
  });
}

/** Sends a session through the gateway and returns its row once it is finished. */
async function record(messages: readonly unknown[]): Promise<SessionRow> {
  logged = '';
  const earlier = new Set((await sessions()).map(({ id }) => id));
  const url = `ws://127.0.0.1:${gateway.publicAddress.port}/`;
  await sendSession(
    url,
    messages.map((message) => JSON.stringify(message)),
  );
  const row = await vi.waitUntil(async () => {
    const isFinished = ({ id, state }: SessionRow) =>
      !earlier.has(id) && (state === 'stored' || state === 'quarantined');
    return (await sessions()).find(isFinished);
  });
  await vi.waitUntil(() => gateway.pendingSessions === 0);
  return row!;
}

async function sessions(): Promise<readonly SessionRow[]> {
  const response = await fetch(`http://127.0.0.1:${gateway.adminAddress.port}/api/sessions`);
  return ((await response.json()) as SessionPage).sessions;
}

async function dumps(): Promise<string[]> {
  const names = await readdir(join(data, 'dumps'), { recursive: true });
  return names.filter((name) => name.endsWith('.gz'));
}

it('stores a session with a value of every class, and the verifier finds nothing', async () => {
  const row = await record(Object.values(PLANTED).map(([, message]) => message));
  expect(row).toMatchObject({ state: 'stored', receipt: { findings: 0, findingsByClass: {}, verified: true } });
  expect(Object.keys(row.receipt.redactions).sort()).toEqual([...DATA_CLASSES].sort());
});

describe.each(DATA_CLASSES)('with a fault in %s', (name) => {
  it('quarantines the session', async () => {
    const [value, message] = PLANTED[name];
    breakClass(name);
    const before = await dumps();
    const row = await record([message]);

    expect(row).toMatchObject({ state: 'quarantined', storageKey: null, receipt: { verified: true } });
    expect(row.receipt.findings).toBeGreaterThan(0);
    expect(row.receipt.findingsByClass[name]).toBeGreaterThan(0);
    // The anonymizer does not notice its fault; only the verifier's findings show it.
    expect(row.receipt.redactions[name]).toBeUndefined();
    expect(JSON.stringify(row.receipt)).not.toContain(value);
    expect(logged).toContain('"state":"quarantined"');
    expect(logged).not.toContain(value);

    expect(await dumps()).toEqual(before);
    const path = join(data, 'quarantine', `${row.id}.gz`);
    expect(existsSync(path)).toBe(true);
    expect(gunzipSync(await readFile(path)).toString()).toContain(value);
  });
});
