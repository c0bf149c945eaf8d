import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeCatalog, sessionRow } from './contract.ts';
import { openSqliteCatalog } from './sqlite.ts';

let scratch: string;
let file: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'rtcstats-catalog-'));
  file = join(scratch, 'catalog.sqlite');
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

describeCatalog('SQLite', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  return catalog;
});

it('lets a second process read and write at the same time', async () => {
  const server = openSqliteCatalog(file);
  const command = openSqliteCatalog(file);
  await server.migrate();
  await command.migrate();
  await server.put(sessionRow('a'));
  expect(await command.get('a')).toBeDefined();
  await command.delete('a');
  expect(await server.get('a')).toBeUndefined();
  await Promise.all([server.close(), command.close()]);
});

it('rejects with a retryable error while another process holds the file, and works again after', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  await expect(catalog.put(sessionRow('a'))).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE', retryable: true });
  other.exec('ROLLBACK');
  other.close();
  await catalog.put(sessionRow('a'));
  expect(await catalog.get('a')).toBeDefined();
  await catalog.close();
});

it('says that a file cannot be opened', () => {
  expect(() => openSqliteCatalog(join(scratch, 'missing', 'catalog.sqlite'))).toThrow(
    expect.objectContaining({ code: 'CATALOG_UNAVAILABLE' }),
  );
});

it('reads rows whose receipt is from an earlier version', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  await catalog.put(sessionRow('a'));
  const old = {
    policy: 'standard',
    redactions: { contact: 1 },
    dropped: {},
    verified: true,
    findings: 0,
    complete: true,
  };
  const database = new DatabaseSync(file);
  database.prepare('update sessions set receipt = ?').run(JSON.stringify(old));
  database.close();
  expect((await catalog.get('a'))?.receipt).toEqual({
    ...old,
    engine: null,
    keyId: null,
    drift: { entries: [], more: 0 },
    findingsByClass: {},
    verifier: null,
    sha256: null,
  });
  await catalog.close();
});

it('reads pages off an index', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  await catalog.close();
  const database = new DatabaseSync(file);
  for (const column of ['user_name', 'conference', 'session', 'state']) {
    const plan = database
      .prepare(`explain query plan select * from sessions where ${column} = 'x' order by started_at desc, id desc`)
      .all();
    expect(plan.map((step) => step['detail'])).toEqual([
      expect.stringMatching(new RegExp(`^SEARCH sessions USING INDEX sessions_by_${column} `)),
    ]);
  }
  database.close();
});
