import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { backEnds } from '@rtcstats-server/testing/back-ends';
import { connect, sendSession } from '@rtcstats-server/testing/client';
import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { TcpProxy } from '@rtcstats-server/testing/proxy';
import { recordings } from '@rtcstats-server/testing/recordings';
import { S3_CREDENTIALS, TestS3 } from '@rtcstats-server/testing/s3';
import {
  readDump,
  runCommand,
  type ServerProcess,
  scratchDirectory,
  startServer,
  storedDumps,
  untilSpooled,
  withNumberedFoundations,
} from '@rtcstats-server/testing/server';
import { beforeAll, expect, it } from 'vitest';
import type { SessionRow } from '../packages/server/src/catalog/sessions.ts';

let postgres: TestPostgres;
let s3: TestS3;
beforeAll(async () => {
  [postgres, s3] = await Promise.all([TestPostgres.start(), TestS3.start()]);
});

async function list(server: ServerProcess): Promise<SessionRow[]> {
  const response = await fetch(`${server.api}/api/sessions`);
  return ((await response.json()) as { sessions: SessionRow[] }).sessions;
}

function linesOf(gzip: Uint8Array): string[] {
  return gunzipSync(gzip).toString().trimEnd().split('\n');
}

const message = (number: number): string => JSON.stringify([':call', null, { number }, 1795800000000]);

it('stores the same dump in S3 as in local storage, and commands on another machine find it via PostgreSQL', async () => {
  const scratch = await scratchDirectory();
  const { bucket, environment } = await backEnds({ postgres, s3 });
  const key = { RTCSTATS_PRIVACY_KEY: 'ab'.repeat(32) };
  const remote = await startServer(join(scratch, 'remote'), { ...environment, ...key });
  const local = await startServer(join(scratch, 'local'), key);
  const recording = recordings().find(({ name }) => name === 'chromium-loopback')!;
  for (const server of [remote, local]) {
    const { url, messages, headers, protocol } = recording;
    await sendSession(server.url + url, messages, { headers, protocol });
    await server.logged('session finished');
  }

  const [row] = await list(remote);
  expect(row).toMatchObject({ state: 'stored', closeCode: 1000 });
  expect(await s3.keys(bucket)).toEqual([row!.storageKey]);
  const { bytes, metadata } = await s3.object(bucket, row!.storageKey!);
  expect(bytes.length).toBe(row!.storedBytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(metadata).toEqual({ policy: row!.receipt.policy, sha256 });
  expect(row!.receipt.sha256).toBe(sha256);
  const [path] = await storedDumps(join(scratch, 'local'));
  // The two dumps differ only in the metadata (start time), the close event and the key of foundations.
  const stored = (await readDump(path!)).slice(2, -1);
  expect(withNumberedFoundations(linesOf(bytes).slice(2, -1))).toEqual(withNumberedFoundations(stored));
  expect(await storedDumps(join(scratch, 'remote')).catch(() => [])).toEqual([]);

  // Run the commands as on a machine that has only the configuration.
  const file = join(scratch, 'rtcstats.yaml');
  await writeFile(file, yamlOf(environment, join(scratch, 'nowhere')));
  const run = async (...args: string[]) => await runCommand(...args, '--config', file);
  expect((await run('sessions', 'list')).output).toContain(row!.id);
  expect(JSON.parse((await run('sessions', 'show', row!.id, '--json')).output)).toMatchObject({ id: row!.id });
  const output = join(scratch, 'dump.gz');
  expect((await run('sessions', 'dump', row!.id, '-o', output)).code).toBe(0);
  expect(linesOf(await readFile(output))).toEqual(linesOf(bytes));
  expect((await run('verify', row!.id)).code).toBe(0);
  expect((await run('sessions', 'delete', row!.id)).code).toBe(0);
  expect(await s3.keys(bucket)).toEqual([]);
  expect((await run('sessions', 'show', row!.id)).code).toBe(1);
  await expect(readFile(join(scratch, 'nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(remote.output).not.toContain(postgres.password);
});

it('has dumps of both formats in a bucket, and everything that leaves the gateway is gzip', async () => {
  const scratch = await scratchDirectory();
  const { bucket, environment } = await backEnds({ postgres, s3 });
  const data = join(scratch, 'data');
  const { url, messages, headers, protocol } = recordings().find(({ name }) => name === 'chromium-mdns')!;
  for (const format of ['gzip', 'zstd']) {
    const server = await startServer(data, { ...environment, RTCSTATS_STORAGE_COMPRESSION_FORMAT: format });
    await sendSession(server.url + url, messages, { headers, protocol });
    await server.logged('session finished');
    await server.kill('SIGTERM');
  }
  const server = await startServer(data, environment);
  const rows = await list(server);
  expect(rows.map(({ storageKey }) => storageKey!.split('.').at(-1)).sort()).toEqual(['gz', 'zst']);
  const zstd = rows.find(({ storageKey }) => storageKey!.endsWith('.zst'))!;
  const gzip = rows.find(({ storageKey }) => storageKey!.endsWith('.gz'))!;
  expect(gzip.receipt.dictionary).toBeNull();
  const object = await s3.object(bucket, zstd.storageKey!);
  expect(object.contentType).toBe('application/zstd');
  expect(object.metadata).toEqual({
    policy: zstd.receipt.policy,
    sha256: createHash('sha256').update(object.bytes).digest('hex'),
    dictionary: String(zstd.receipt.dictionary),
  });
  expect(zstd.storedBytes).toBe(object.bytes.length);
  expect(zstd.storedBytes).toBeLessThan(gzip.storedBytes! * 0.8);

  const file = join(scratch, 'rtcstats.yaml');
  await writeFile(file, yamlOf(environment, join(scratch, 'nowhere')));
  for (const { id } of [gzip, zstd]) {
    const output = join(scratch, `${id}.gz`);
    expect((await runCommand('sessions', 'dump', id, '-o', output, '--config', file)).code).toBe(0);
    expect(linesOf(await readFile(output)).at(-1)).toMatch(/^\["close",/);
    // Decompressed by `fetch`.
    const response = await fetch(`${server.api}/api/sessions/${id}/dump`);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect((await response.text()).trimEnd().split('\n')).toEqual(linesOf(await readFile(output)));
    expect((await runCommand('verify', id, '--config', file)).code).toBe(0);
    expect((await runCommand('sessions', 'delete', id, '--config', file)).code).toBe(0);
  }
  expect(await s3.keys(bucket)).toEqual([]);
});

function yamlOf(environment: Awaited<ReturnType<typeof backEnds>>['environment'], data: string): string {
  const { RTCSTATS_CATALOG_POSTGRES_CONNECTION_STRING: connectionString, RTCSTATS_STORAGE_S3_BUCKET: bucket } =
    environment;
  const catalog = { type: 'postgres', postgres: { connectionString, ssl: 'disable' } };
  const s3Settings = { bucket, endpoint: s3.endpoint, forcePathStyle: true, credentials: S3_CREDENTIALS };
  // JSON is YAML.
  return JSON.stringify({ dataDirectory: data, catalog, storage: { type: 's3', s3: s3Settings } });
}

it('lets three gateways share a database and a bucket; a killed one finishes its own sessions after a restart', async () => {
  const scratch = await scratchDirectory();
  const { bucket, environment } = await backEnds({ postgres, s3 });
  const start = (name: string) =>
    startServer(join(scratch, name), { ...environment, RTCSTATS_SERVER_HOST_IDENTIFIER: name });
  // All three start at the same time with an empty database.
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map(start));
  const sockets = await Promise.all([a, b, c].flatMap((server) => [1, 2, 3].map(() => connect(`${server!.url}/room`))));
  for (const [number, socket] of sockets.entries()) {
    socket.on('error', () => {});
    socket.send(message(number));
  }
  await expect.poll(async () => (await list(a!)).map(({ state }) => state)).toEqual(Array(9).fill('recording'));
  // The kill must not take what the test looks for afterwards.
  await untilSpooled(join(scratch, 'c'), [6, 7, 8].map(message));
  await c!.kill('SIGKILL');
  for (const socket of sockets.slice(0, 6)) {
    socket.send(message(9));
    socket.close(1000);
  }
  await Promise.all([a!.logged('session finished', 3), b!.logged('session finished', 3)]);
  // Another gateway restarts meanwhile and must not touch the sessions of the killed one.
  await a!.kill('SIGTERM');
  const again = await start('a');
  const byHost = async (server: ServerProcess) => {
    const rows = await list(server);
    return Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [name, rows.filter(({ host }) => host === name).map(({ state }) => state)]),
    );
  };
  const three = (state: string) => [state, state, state];
  expect(await byHost(again)).toEqual({ a: three('stored'), b: three('stored'), c: three('recording') });
  expect(await s3.keys(bucket)).toHaveLength(6);

  const back = await start('c');
  await back.logged('session finished', 3);
  expect(await byHost(b!)).toEqual({ a: three('stored'), b: three('stored'), c: three('stored') });
  expect(await s3.keys(bucket)).toHaveLength(9);
  expect([a, b, again].flatMap((server) => server!.entries('session finished'))).toHaveLength(6);
  for (const { host, storageKey } of await list(back)) {
    const lines = linesOf((await s3.object(bucket, storageKey!)).bytes);
    const events = lines.slice(2).map((line) => JSON.parse(line) as [string, null, unknown]);
    expect(events.map(([name]) => name)).toEqual(host === 'c' ? [':call', 'close'] : [':call', ':call', 'close']);
    expect(events.at(-1)![2]).toBe(host === 'c' ? 1006 : 1000);
  }
});

it('starts while both back ends are down, records sessions, and stores them when both are available', async () => {
  const scratch = await scratchDirectory();
  const [postgresProxy, s3Proxy] = [await TcpProxy.start(postgres.port), await TcpProxy.start(s3.port)];
  const { bucket, environment } = await backEnds({
    postgres,
    s3,
    postgresPort: postgresProxy.port,
    s3Port: s3Proxy.port,
  });
  await postgresProxy.refuse();
  await s3Proxy.refuse();
  const server = await startServer(join(scratch, 'data'), environment);
  expect(server.entries('the catalog cannot be reached: sessions wait in the spool')).toHaveLength(1);
  expect(server.entries('the storage cannot be reached: sessions wait in the spool')).toHaveLength(1);
  await sendSession(`${server.url}/room`, [message(1)]);
  await server.logged('sessions wait: finishing failed');
  await postgresProxy.pass();
  await s3Proxy.pass();
  await server.logged('session finished');
  expect((await list(server)).map(({ state }) => state)).toEqual(['stored']);
  expect(await s3.keys(bucket)).toHaveLength(1);
});

it.each([
  ['a wrong password', { RTCSTATS_CATALOG_POSTGRES_CONNECTION_STRING: 'wrong' }, 'CATALOG_MISCONFIGURED'],
  ['a bucket that does not exist', { RTCSTATS_STORAGE_S3_BUCKET: 'no-such-bucket' }, 'STORAGE_MISCONFIGURED'],
])('does not start with %s, and prints the error code', async (_, wrong, code) => {
  const { environment } = await backEnds({ postgres, s3 });
  const right = environment.RTCSTATS_CATALOG_POSTGRES_CONNECTION_STRING;
  const changed: Record<string, string> = { ...environment, ...wrong };
  if (changed['RTCSTATS_CATALOG_POSTGRES_CONNECTION_STRING'] === 'wrong') {
    changed['RTCSTATS_CATALOG_POSTGRES_CONNECTION_STRING'] = right.replace(postgres.password, 'wrong-secret');
  }
  const started = startServer(join(await scratchDirectory(), 'data'), changed);
  const error = await started.then(
    () => undefined,
    (thrown: unknown) => thrown as Error,
  );
  expect(error?.message).toContain('The server ended (2)');
  expect(error?.message).toContain(`[${code}]`);
  expect(error?.message).not.toContain('wrong-secret');
});
