import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { RtcstatsComStub } from '@rtcstats-server/testing/rtcstats-com';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPostgresCatalog } from '../catalog/postgres.ts';
import { LocalStorage } from '../storage/local.ts';
import { Forwarder } from './forwarder.ts';
import { RtcstatsCom } from './rtcstats-com.ts';

let postgres: TestPostgres;
let stub: RtcstatsComStub;
let directory: string;

beforeAll(async () => {
  postgres = await TestPostgres.start();
  stub = await new RtcstatsComStub().start();
  directory = await mkdtemp(join(tmpdir(), 'rtcstats-forward-'));
});
afterAll(async () => {
  await stub.stop();
  await rm(directory, { recursive: true, force: true });
});

it('gateways with one database share 20 deliveries, and each dump is sent once', async () => {
  const connectionString = await postgres.createDatabase();
  const catalogs = [1, 2].map(() => openPostgresCatalog({ connectionString, ssl: 'disable', poolSize: 4 }));
  const [catalog] = catalogs;
  await catalog!.migrate();
  const storage = await LocalStorage.open(join(directory, 'dumps'), { clean: true });
  const sent = new Map<string, Buffer>();
  for (let index = 0; index < 20; index++) {
    const id = `session-${index}`;
    const bytes = gzipSync(`RTCStatsDump of ${id}\n`);
    const path = join(directory, 'source');
    await writeFile(path, bytes);
    const row = sessionRow(id, { storedBytes: bytes.length });
    await storage.put(row.storageKey!, path);
    await catalog!.sessions.put({
      ...row,
      receipt: { ...row.receipt, sha256: createHash('sha256').update(bytes).digest('hex') },
    });
    sent.set(`${id}.gz`, bytes);
  }
  const createdAt = '2026-03-01T10:00:00.000Z';
  await catalog!.deliveries.add(sessionIds(sent).map((sessionId) => ({ sessionId, by: 'sample', createdAt })));

  // Each of them is at work on some before the first one is through.
  const busy = Promise.withResolvers<void>();
  const begun = new Set<object>();
  const forwarders = catalogs.map((own) => {
    const target = new RtcstatsCom({ endpoint: stub.endpoint, token: stub.token, mode: 'upload' });
    const { sendChunk } = target;
    target.sendChunk = async (...chunk) => {
      if (begun.add(target).size === catalogs.length) busy.resolve();
      await busy.promise;
      await sendChunk.apply(target, chunk);
    };
    return new Forwarder({
      catalog: own,
      storage,
      target,
      sends: true,
      budget: 20,
      log: pino({ level: 'silent' }),
    });
  });
  for (const forwarder of forwarders) forwarder.start();
  await expect.poll(() => catalog!.deliveries.counts(), { interval: 20 }).toEqual({ delivered: 20 });
  for (const forwarder of forwarders) await forwarder.stop();

  expect(stub.assembled.map(({ fileName }) => fileName).sort()).toEqual([...sent.keys()].sort());
  expect(stub.assembled.every(({ fileName, bytes }) => sent.get(fileName)?.equals(bytes))).toBe(true);
  const ledger = await catalog!.ledger.egress({});
  expect(ledger.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 20 }, () => 'delivered'));
  for (const own of catalogs) await own.close();
});

function sessionIds(files: ReadonlyMap<string, Buffer>): string[] {
  return [...files.keys()].map((name) => name.replace('.gz', ''));
}
