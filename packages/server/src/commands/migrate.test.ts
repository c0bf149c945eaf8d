import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { runOnTerminal, runProgram, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { TestPostgres } from '@rtcstats-server/testing/postgres';
import { beforeAll, expect, it } from 'vitest';
import { MIGRATIONS } from '../catalog/migrations/migrations.ts';
import { run } from './migrate.ts';

const cwd = temporaryDirectory();
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await TestPostgres.start();
});

it('makes the tables of an SQLite file, and says what it did', async () => {
  const args = ['migrate', '--data', join(cwd, 'data')];
  const first = await runProgram(args, { cwd });
  expect(first).toMatchObject({ code: 0, stdout: MIGRATIONS.map((name) => `applied ${name}\n`).join('') });
  expect(await runProgram(args, { cwd })).toMatchObject({ code: 0, stdout: 'The catalog is up to date.\n' });
});

it('creates no catalog where none was named, unless that is confirmed', async () => {
  const empty = mkdtempSync(join(cwd, 'empty-'));
  const refused = await runProgram(['migrate'], { cwd: empty });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`There is no catalog in ${empty}/data`) });
  const no = await runOnTerminal(['migrate'], { cwd: empty, answer: ['[y/N]', '\n'] });
  expect(no.code).toBe(2);
  expect(existsSync(join(empty, 'data'))).toBe(false);
  const yes = await runOnTerminal(['migrate'], { cwd: empty, answer: ['[y/N]', 'yes\n'] });
  expect(yes.code).toBe(0);
  expect((await runProgram(['migrate'], { cwd: empty })).stdout).toBe('The catalog is up to date.\n');
});

it('migrates a PostgreSQL database once, even if another process does it at the same time', async () => {
  const env = {
    RTCSTATS_CATALOG_TYPE: 'postgres',
    RTCSTATS_CATALOG_POSTGRES_SSL: 'disable',
    RTCSTATS_CATALOG_POSTGRES_CONNECTION_STRING: await postgres.createDatabase(),
  };
  const results = await Promise.all([1, 2, 3].map(() => runProgram(['migrate', '--json'], { cwd, env })));
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  const applied = results.map(({ stdout }) => JSON.parse(stdout) as { catalog: string; applied: string[] });
  expect(applied.flatMap((result) => result.applied)).toEqual(MIGRATIONS);
  expect(applied[0]!.catalog).toBe('postgres');
});

it('says what and where when it could not, without the password', async () => {
  const env = {
    RTCSTATS_CATALOG_TYPE: 'postgres',
    RTCSTATS_CATALOG_POSTGRES_CONNECTION_STRING: await postgres.createDatabase(),
  };
  const { code, stderr } = await runProgram(['migrate'], { cwd, env });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^rtcstats-server: The catalog at 127\.0\.0\.1:\d+ \(database "test_\d+"\) does not speak TLS\. .*\[CATALOG_MISCONFIGURED\]\n$/,
  );
  expect(stderr).not.toContain(postgres.password);
});

it('refuses what it does not know', async () => {
  await expect(run(['now'])).rejects.toMatchObject({ code: 'USAGE' });
});
