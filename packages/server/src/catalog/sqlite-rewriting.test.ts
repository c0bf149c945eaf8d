import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqliteCatalog } from './sqlite.ts';
import {
  MAX_REWRITTEN_BYTES,
  openDatabase,
  REWRITTEN,
  REWRITTEN_BY_OPERATOR,
  TO_BE_REWRITTEN,
} from './sqlite-database.ts';

let scratch: string;
let file: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'rtcstats-catalog-'));
  file = join(scratch, 'catalog.sqlite');
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

/** SQLite leaves copies behind with about one seed of ten; these are two of them. */
it.each([14, 15])('leaves no copy of deleted rows in the space of pages that were split (seed %i)', async (seed) => {
  let state = seed;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  const catalog = openSqliteCatalog(file);
  const users = Array.from({ length: 40 }, (_, at) => (at % 5 === 0 ? 'user-of-anna' : 'user-of-bert'));
  for (const [at, user] of users.entries()) {
    await catalog.sessions.put(sessionRow(`s-${at}`, { user, state: 'recording', userAgent: null }));
  }
  // Rows become longer when their sessions end, so that pages get full.
  for (const [at, user] of users.entries()) {
    await catalog.sessions.put(sessionRow(`s-${at}`, { user, userAgent: 'x'.repeat(Math.floor(random() * 1500)) }));
  }
  expect(await catalog.scrub('begin')).toBe(true);
  for (const [at, user] of users.entries()) if (user === 'user-of-anna') await catalog.sessions.delete(`s-${at}`);
  expect(await catalog.scrub('end')).toBe(true);
  const bytes = await readFile(file);
  expect(bytes.includes('of-anna')).toBe(false);
  expect(bytes.includes('of-bert')).toBe(true);
  await catalog.close();
});

/** Which state of the rewriting the file is in. */
function versionOf(path: string): unknown {
  const database = new DatabaseSync(path);
  const row = database.prepare('pragma user_version').get();
  database.close();
  return row!['user_version'];
}

it('rewrites the file at the next start of a gateway if an erasure was interrupted', async () => {
  const command = openSqliteCatalog(file);
  await command.migrate();
  await command.scrub('begin');
  await command.close();
  expect(versionOf(file)).toBe(TO_BE_REWRITTEN);
  openDatabase(file, true).close();
  expect(versionOf(file)).toBe(REWRITTEN);
});

it('leaves a file to the operator that would take too long to be rewritten', async () => {
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  const database = new DatabaseSync(file);
  database.exec(`create table filler (bytes blob); insert into filler values (zeroblob(${MAX_REWRITTEN_BYTES}))`);
  database.close();
  await catalog.scrub('begin');
  expect(await catalog.scrub('end')).toBe(true);
  await catalog.close();
  expect(versionOf(file)).toBe(REWRITTEN_BY_OPERATOR);
  openDatabase(file, true).close();
  expect(versionOf(file)).toBe(REWRITTEN_BY_OPERATOR);
});
