import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect, sendSession } from '@rtcstats-server/testing/client';
import { type ServerProcess, scratchDirectory, startServer, untilSpooled } from '@rtcstats-server/testing/server';
import { runUnprivileged } from '@rtcstats-server/testing/unprivileged';
import { expect, it, onTestFinished } from 'vitest';

const MESSAGE = '["getUserMedia",null,{"audio":true},1795800000000]';

/** A data directory in a directory that everybody may enter, so that its own modes are what protects it. */
async function openDirectory(): Promise<{ data: string; readable: string }> {
  const scratch = await scratchDirectory();
  await chmod(scratch, 0o755);
  const readable = join(scratch, 'readable');
  await writeFile(readable, 'text', { mode: 0o644 });
  return { data: join(scratch, 'data'), readable };
}

/** Starts a gateway whose files would be open to everybody if it left their modes to the umask. */
async function startWithoutUmask(data: string, environment?: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const umask = process.umask(0);
  onTestFinished(() => void process.umask(umask));
  return await startServer(data, environment);
}

/** Everything in the data directory, and the directory itself. */
async function pathsIn(data: string): Promise<string[]> {
  const names = await readdir(data, { recursive: true });
  return [data, ...names.map((name) => join(data, name))];
}

/** The paths whose modes let other users in. */
async function openToOthers(data: string): Promise<string[]> {
  const open: string[] = [];
  for (const path of await pathsIn(data)) {
    const stats = await stat(path);
    if ((stats.mode & 0o777) !== (stats.isDirectory() ? 0o700 : 0o600)) {
      open.push(`${path} ${(stats.mode & 0o777).toString(8)}`);
    }
  }
  return open;
}

/** What the user `nobody` manages to do to these paths. */
async function doneByNobody(paths: readonly string[]): Promise<unknown> {
  return await runUnprivileged({
    imports: `import { closeSync, openSync, readdirSync } from 'node:fs'; import { DatabaseSync } from 'node:sqlite';`,
    body: `
      const lock = (path) => {
        const database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
        database.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
        database.close();
      };
      const attempts = {
        read: (path) => closeSync(openSync(path, 'r')),
        write: (path) => closeSync(openSync(path, 'r+')),
        list: (path) => readdirSync(path),
        create: (path) => closeSync(openSync(path + '/new', 'wx')),
        lock,
      };
      const done = [];
      for (const path of ${JSON.stringify(paths)}) {
        for (const [name, attempt] of Object.entries(attempts)) {
          try {
            attempt(path);
            done.push(name + ' ' + path);
          } catch {}
        }
      }
      return done;`,
  });
}

it.each([
  ['one process', { RTCSTATS_SERVER_PROCESSES: '1' }],
  ['workers', { RTCSTATS_SERVER_PROCESSES: '2' }],
])('lets no other user read, list or lock anything, with %s', async (_, environment) => {
  const { data, readable } = await openDirectory();
  const server = await startWithoutUmask(data, environment);
  await sendSession(`${server.url}/a`, [MESSAGE]);
  await server.logged('session finished');
  const socket = await connect(`${server.url}/b`);
  socket.send(MESSAGE);
  await untilSpooled(data, [MESSAGE]);

  const paths = await pathsIn(data);
  for (const name of ['catalog.sqlite-shm', 'catalog.sqlite-wal', 'lock', 'keys/pseudonyms.key', 'quarantine']) {
    expect(paths).toContain(join(data, name));
  }
  expect(paths).toContainEqual(expect.stringMatching(/\/dumps\/.*\.gz$/));
  expect(paths).toContainEqual(expect.stringMatching(/\/spool\/.*\.journal$/));
  expect(await openToOthers(data)).toEqual([]);
  if (process.getuid?.() === 0) {
    expect(await doneByNobody([readable, ...paths])).toEqual([`read ${readable}`]);
  }
  socket.close();
});

it('takes away the access that an earlier version gave', async () => {
  const { data } = await openDirectory();
  const first = await startServer(data);
  await sendSession(`${first.url}/a`, [MESSAGE]);
  await first.logged('session finished');
  await first.kill('SIGKILL');
  await writeFile(join(data, 'quarantine/old.gz'), '');
  await mkdir(join(data, 'dumps/2025/01/02'), { recursive: true });
  await writeFile(join(data, 'dumps/2025/01/02/old.gz'), '');
  for (const path of await pathsIn(data)) await chmod(path, (await stat(path)).isDirectory() ? 0o755 : 0o644);
  await writeFile(join(data, 'of-the-operator.sh'), '', { mode: 0o755 });

  await startServer(data);
  expect(await openToOthers(data)).toEqual([`${data}/of-the-operator.sh 755`]);
});

it('keeps nothing of a deleted session, and of those that an earlier version deleted', async () => {
  const { data } = await openDirectory();
  const server = await startServer(data);
  for (let n = 0; n < 20; n++) await sendSession(`${server.url}/room-${n}`, [MESSAGE]);
  const ids = (await server.logged('session finished', 20)).map(({ session }) => String(session));
  const deleted = ids.slice(0, 15);
  for (const id of deleted.slice(5)) {
    const { status } = await fetch(`${server.api}/api/sessions/${id}`, { method: 'DELETE' });
    expect(status).toBe(204);
  }
  const database = new DatabaseSync(join(data, 'catalog.sqlite'));
  // As an earlier version deleted them. Afterwards, because without `secure_delete` SQLite leaves copies of the rows that
  // it moves to other pages: no later deletion would overwrite these.
  database.exec('PRAGMA secure_delete = OFF; PRAGMA user_version = 0');
  for (const id of deleted.slice(0, 5)) database.prepare('DELETE FROM sessions WHERE id = ?').run(id);
  // A connection that stays open, so that the gateway's is not the last one.
  database.prepare('SELECT count(*) FROM sessions').get();
  expect(await server.kill('SIGTERM')).toBe(0);
  const found = async (searched: readonly string[]): Promise<string[]> => {
    const names = (await readdir(data)).filter((name) => name.startsWith('catalog.sqlite'));
    const files = await Promise.all(names.map((name) => readFile(join(data, name), 'latin1')));
    return searched.filter((id) => files.some((content) => content.includes(id)));
  };
  expect(await found(deleted.slice(5))).toEqual([]);
  expect(await found(ids.slice(15))).toEqual(ids.slice(15));
  database.close();
  const again = await startServer(data);
  expect(await again.kill('SIGTERM')).toBe(0);
  expect(await found(deleted)).toEqual([]);
});
