import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DeliveryState } from '@rtcstats-server/api';
import { RtcstatsComStub, type StubRequest } from '@rtcstats-server/testing/rtcstats-com';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { pino } from 'pino';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Delivery } from '../../catalog/deliveries.ts';
import type { SessionRow } from '../../catalog/sessions.ts';
import { openSqliteCatalog } from '../../catalog/sqlite.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import { LocalStorage } from '../../storage/local.ts';
import { Forwarder } from '../forwarder.ts';
import { RtcstatsCom } from '../rtcstats-com.ts';

// A catalog, a storage and a stub of rtcstats.com for each test of a file that imports this one.

let directory: string;
export let catalog: Catalog;
let storage: LocalStorage;
export let stub: RtcstatsComStub;
export let logged: string;
const forwarders: Forwarder[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-forward-'));
  catalog = openSqliteCatalog(join(directory, 'catalog.sqlite'));
  await catalog.migrate();
  storage = await LocalStorage.open(join(directory, 'dumps'), { clean: true });
  stub = await new RtcstatsComStub().start();
  logged = '';
});
afterEach(async () => {
  for (const forwarder of forwarders.splice(0)) await forwarder.stop();
  await stub.stop();
  await catalog.close();
  await rm(directory, { recursive: true, force: true });
});

interface Options {
  readonly mode?: 'upload' | 'enrich';
  readonly budget?: number;
  readonly sends?: boolean;
  readonly token?: string;
  readonly arrivalMs?: number;
  /** Default: the catalog of the test. */
  readonly from?: Catalog;
}

/** Starts a forwarder with short pauses; the test stops it at its end. */
export function start(options: Options = {}): Forwarder {
  const { mode = 'upload', budget, sends = true, token = stub.token, arrivalMs = 40, from = catalog } = options;
  const log = pino(
    { level: 'trace' },
    {
      write: (line: string): void => {
        logged += line;
      },
    },
  );
  const target = new RtcstatsCom({ endpoint: stub.endpoint, token, mode, timeoutMs: 500 });
  const times = { firstRetryMs: 5, unclearMs: 20, arrivalMs, pauseMs: 100 };
  const forwarder = new Forwarder({ catalog: from, storage, target, sends, budget: budget ?? null, log, times });
  forwarders.push(forwarder);
  forwarder.start();
  return forwarder;
}

/** Stores a dump and adds its delivery. Returns the bytes of the dump. */
export async function stored(id: string, size = 3000, changes: Partial<SessionRow> = {}): Promise<Buffer> {
  return await storedAs(gzipSync(randomBytes(size)), id, changes);
}

/** Stores a dump that is packed already, and requests its delivery. */
export async function storedAs(bytes: Buffer, id: string, changes: Partial<SessionRow> = {}): Promise<Buffer> {
  const path = join(directory, 'source');
  await writeFile(path, bytes);
  const row = sessionRow(id, { storedBytes: bytes.length, ...changes });
  await storage.put(row.storageKey!, path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await catalog.sessions.put({ ...row, receipt: { ...row.receipt, sha256, ...changes.receipt } });
  await catalog.deliveries.add([{ sessionId: id, by: 'sample', createdAt: '2026-03-01T10:00:00.000Z' }]);
  return bytes;
}

/** Waits until a delivery has this state. */
export async function reaches(id: string, state: DeliveryState): Promise<Delivery> {
  await expect.poll(async () => (await catalog.deliveries.get(id))?.state, { timeout: 5000, interval: 10 }).toBe(state);
  return (await catalog.deliveries.get(id))!;
}

/** The same object, whose methods with these names fail as long as `fails` returns true. */
export function failingIn<T extends object>(whole: T, names: readonly string[], fails: () => boolean): T {
  return new Proxy(whole, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (!names.includes(String(name)) || !fails()) return member.bind(target);
      return () => Promise.reject(new GatewayError('CATALOG_UNAVAILABLE'));
    },
  });
}

/** Lets the first requests of this kind fail in this way. */
export function failing(request: StubRequest, fault: ReturnType<RtcstatsComStub['fault']>, times = 1): void {
  let left = times;
  stub.fault = (kind) => (kind === request && left-- > 0 ? fault : undefined);
}
