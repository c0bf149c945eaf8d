import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Plant } from '../plan/plan.ts';
import { Search } from './search.ts';

const SECRET = 'kelurimodo';
const plant: Plant = {
  place: 'somewhere',
  value: { text: SECRET, needles: [SECRET], classes: ['identifiers'] },
  text: SECRET,
  message: 1,
  either: false,
};
const since = Date.now();

let directory: string;
let search: Search;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'canary-'));
  search = new Search([plant]);
});
afterEach(() => rmSync(directory, { recursive: true }));

const places = (): string[] => search.sightings(0).map(({ where }) => where);

it('reads every file below a directory, and what is compressed decompressed', async () => {
  mkdirSync(join(directory, 'spool'));
  writeFileSync(join(directory, 'spool', '1.journal'), `x ${SECRET} y`);
  writeFileSync(join(directory, 'other.txt'), 'nothing');
  writeFileSync(join(directory, 'dump.gz'), gzipSync(`RTCStatsDump\n${SECRET}\n`));
  writeFileSync(join(directory, 'torn.gz'), gzipSync(`${SECRET}\n${'y'.repeat(100_000)}`).subarray(0, -12));
  await search.directory(directory, { note: ' while recording', since });
  expect(places().sort()).toEqual(
    ['dump.gz', join('spool', '1.journal'), 'torn.gz'].map((name) => `${name} while recording`),
  );
  expect(search.files).toBe(4);
});

it('finds what is cut by the end of a chunk, however it is escaped', async () => {
  const escaped = [...SECRET].map((char) => `\\\\u00${char.charCodeAt(0).toString(16)}`).join('');
  writeFileSync(join(directory, 'large'), ' '.repeat(1024 * 1024 - 20) + escaped);
  await search.directory(directory, { note: '', since });
  expect(places()).toEqual(['large']);
});

it('finds what stands in a database and its log', async () => {
  const database = new DatabaseSync(join(directory, 'catalog.sqlite'));
  database.exec(`PRAGMA journal_mode = WAL; CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('${SECRET}')`);
  await search.directory(directory, { note: '', since });
  database.close();
  expect(places()).toEqual(['catalog.sqlite-wal']);
});

it('leaves out dumps that were complete before, and files that are looked at elsewhere', async () => {
  writeFileSync(join(directory, 'old.gz'), gzipSync(SECRET));
  utimesSync(join(directory, 'old.gz'), 1, 1);
  writeFileSync(join(directory, 'own.gz'), gzipSync(SECRET));
  await search.directory(directory, { note: '', since: since + 3_600_000, except: new Set(['own.gz']) });
  expect({ places: places(), older: search.olderFiles }).toEqual({ places: [], older: 1 });
});

it.skipIf(process.getuid?.() === 0)('names what it may not read', async () => {
  writeFileSync(join(directory, 'secret'), SECRET, { mode: 0o600 });
  chmodSync(join(directory, 'secret'), 0);
  await search.directory(directory, { note: '', since });
  expect([...search.unreadable]).toEqual(['secret']);
});

it('reads of a log what was written since', async () => {
  const log = join(directory, 'gateway.log');
  writeFileSync(log, `${SECRET}\n`);
  await search.log(log, SECRET.length + 1);
  expect(places()).toEqual([]);
  appendFileSync(log, `again ${SECRET}\n`);
  await search.log(log, SECRET.length + 1);
  expect(search.sightings(0)).toEqual([{ where: log, neverAllowed: true }]);
});

it('reads a log from its beginning when it was begun anew', async () => {
  const log = join(directory, 'gateway.log');
  writeFileSync(log, SECRET);
  await search.log(log, 1000);
  expect(places()).toEqual([log]);
});
