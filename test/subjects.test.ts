import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { closeCode, connect } from '@rtcstats-server/testing/client';
import { RtcstatsComStub } from '@rtcstats-server/testing/rtcstats-com';
import { runCommand, scratchDirectory, startServer, untilSpooled } from '@rtcstats-server/testing/server';
import { readZip } from '@rtcstats-server/testing/zip';
import type { Catalog } from 'rtcstats-server/catalog';
import type { SessionRow } from 'rtcstats-server/catalog/sessions';
import { expect, it, onTestFinished } from 'vitest';
import { openSqliteCatalog } from '../packages/server/src/catalog/sqlite.ts';
import { ALICE, BOB, clientUrl, fill, message, quarantine } from './subjects/people.ts';
import { tracesIn, tracesOf } from './subjects/traces.ts';

async function withCatalog<T>(data: string, work: (catalog: Catalog) => Promise<T>): Promise<T> {
  const catalog = openSqliteCatalog(join(data, 'catalog.sqlite'));
  try {
    return await work(catalog);
  } finally {
    await catalog.close();
  }
}

async function sessionsOf(api: string, user: string): Promise<SessionRow[]> {
  const answer = await fetch(`${api}/api/sessions?limit=1000&user=${encodeURIComponent(user)}`);
  return ((await answer.json()) as { sessions: SessionRow[] }).sessions;
}

async function eraseBy(api: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${api}/api/subjects/erase`, { method: 'POST', headers, body: JSON.stringify(body) });
  return await answer.json();
}

it('exports and erases all of a person, wherever it is, and erases it again after a backup was restored', async () => {
  const stub = await new RtcstatsComStub().start();
  onTestFinished(() => stub.stop());
  const scratch = await scratchDirectory();
  const data = join(scratch, 'data');
  const forward = { mode: 'upload', endpoint: stub.endpoint, token: stub.token, sample: 0 };
  await fill(
    { dataDirectory: data, forward, insights: { parquet: { enabled: true } } },
    {
      epochs: [
        { alice: 9, bob: 1 },
        { alice: 9, bob: 1 },
        { alice: 10, bob: 1 },
      ],
      done: async ({ adminAddress: { port } }) => {
        const api = `http://127.0.0.1:${port}`;
        const rows = await sessionsOf(api, ALICE);
        for (const { id } of [rows[0]!, rows.at(-1)!])
          await fetch(`${api}/api/sessions/${id}/forward`, { method: 'POST' });
        await expect.poll(() => stub.stored.size, { interval: 20 }).toBe(2);
        await withCatalog(data, (catalog) => quarantine(data, catalog, rows[12]!));
      },
    },
  );
  const environment = {
    RTCSTATS_PRIVACY_KEY_ROTATION: '1d',
    RTCSTATS_FORWARD_MODE: 'upload',
    RTCSTATS_FORWARD_ENDPOINT: stub.endpoint,
    RTCSTATS_FORWARD_TOKEN: stub.token,
    RTCSTATS_FORWARD_SAMPLE: '0',
    RTCSTATS_INSIGHTS_PARQUET_ENABLED: 'true',
  };
  for (const [name, value] of Object.entries(environment)) process.env[name] = value;
  onTestFinished(() => {
    for (const name of Object.keys(environment)) delete process.env[name];
  });
  const backup = join(scratch, 'backup');
  await cp(data, backup, { recursive: true });

  const server = await startServer(data);
  await server.logged('calls exported as Parquet files');
  const live = await connect(clientUrl(server.port, ALICE));
  const closed = closeCode(live);
  live.send(message(99));
  await untilSpooled(data, [message(99)]);
  await expect.poll(async () => (await sessionsOf(server.api, ALICE)).length, { interval: 20 }).toBe(30);
  const rows = await sessionsOf(server.api, ALICE);
  const pseudonyms = [...new Set(rows.map(({ user }) => user!))];
  expect(pseudonyms).toHaveLength(3);
  const ids = rows.map(({ id }) => id);
  const exports = join(data, 'dumps/insights');
  expect(await tracesIn(exports, ids)).not.toEqual([]);
  const names = [ALICE, encodeURIComponent(ALICE), ...pseudonyms];
  expect((await tracesIn(data, names)).length).toBeGreaterThan(25);

  const exported = await fetch(`${server.api}/api/subjects/export?user=${encodeURIComponent(ALICE)}`);
  const files = readZip(Buffer.from(await exported.arrayBuffer()));
  const withName = (end: string): string[] => [...files.keys()].filter((name) => name.endsWith(end));
  expect([withName('/session.json'), withName('/dump.txt')].map(({ length }) => length)).toEqual([30, 30]);
  expect(withName('/forwarding.json')).toHaveLength(2);
  expect(files.get('index.html')!.toString()).toContain(`<strong>${ALICE}</strong>`);

  expect(await eraseBy(server.api, { user: ALICE, dryRun: true })).toEqual({
    sessions: 30,
    states: { stored: 28, recording: 1, quarantined: 1 },
    forwarded: 2,
    elsewhere: 0,
  });
  const erased = await runCommand('subject', 'erase', '--user', ALICE, '--json', '--data', data);
  const receipt = JSON.parse(erased.output) as Record<string, unknown>;
  expect(receipt).toMatchObject({ sessions: 30, live: 1, finishedAt: expect.any(String), waitsFor: {} });
  expect(receipt['places']).toMatchObject({
    dump: { removed: 29 },
    exports: { removed: expect.any(Number) },
    deliveries: { removed: 2 },
    spool: { removed: 1 },
    catalog: { removed: 30 },
  });
  expect(erased.code).toBe(0);
  expect(await closed).toBe(4410);

  const traces = async (): Promise<string[]> => [
    ...(await tracesIn(data, names)),
    ...(await tracesIn(exports, ids)),
    ...[...stub.stored.values()].flatMap(({ bytes }) => tracesOf(bytes, names)),
    ...tracesOf(Buffer.from(server.output), names),
    ...tracesOf(Buffer.from(erased.output), names),
  ];
  expect(await traces()).toEqual([]);
  expect(stub.stored.size).toBe(0);
  expect((await sessionsOf(server.api, BOB)).length).toBe(3);

  expect(await eraseBy(server.api, { user: ALICE, confirm: ALICE })).toEqual(receipt);
  expect(await server.kill('SIGTERM')).toBe(0);
  expect(await traces()).toEqual([]);

  // The backup of yesterday takes the place of everything but the tombstones.
  for (const name of await readdir(data)) if (name !== 'tombstones') await rm(join(data, name), { recursive: true });
  await cp(backup, data, { recursive: true });
  expect((await tracesIn(data, names)).length).toBeGreaterThan(25);
  const restored = await startServer(data);
  await restored.logged('erasure finished');
  expect(await tracesIn(data, names)).toEqual([]);
  expect((await sessionsOf(restored.api, BOB)).length).toBe(3);
  expect((await sessionsOf(restored.api, ALICE)).length).toBe(0);
});
