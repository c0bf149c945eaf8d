import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Readable } from 'node:stream';
import { createZstdDecompress, gzipSync, zstdCompressSync } from 'node:zlib';
import { runUnprivileged } from '@rtcstats-server/testing/unprivileged';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PlantedValue } from '../plan/plan.ts';
import { Search } from './search.ts';

const SECRET = 'kelurimodo';
const planted: PlantedValue = {
  place: 'somewhere',
  value: { text: SECRET, searchTerms: [SECRET], classes: ['identifiers'] },
  text: SECRET,
  message: 1,
  anyClass: false,
};
const since = Date.now();

let directory: string;
let search: Search;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'canary-'));
  search = new Search([planted]);
});
afterEach(() => rmSync(directory, { recursive: true }));

const places = (): string[] => search.sightings(0).map(({ where }) => where);

it('searches every file below a directory, compressed ones decompressed too', async () => {
  mkdirSync(join(directory, 'spool'));
  writeFileSync(join(directory, 'spool', '1.journal'), `x ${SECRET} y`);
  writeFileSync(join(directory, 'other.txt'), 'nothing');
  writeFileSync(join(directory, 'dump.gz'), gzipSync(`RTCStatsDump\n${SECRET}\n`));
  writeFileSync(join(directory, 'torn.gz'), gzipSync(`${SECRET}\n${'y'.repeat(100_000)}`).subarray(0, -12));
  await search.searchDirectory(directory, { note: ' while recording', since });
  expect(places().sort()).toEqual(
    ['dump.gz', join('spool', '1.journal'), 'torn.gz'].map((name) => `${name} while recording`),
  );
  expect(search.files).toBe(4);
});

it('decompresses zstd as the gateway does', async () => {
  // So much text that none of it is stored literally.
  const numbers = Array.from({ length: 1000 }, (_, index) => index * index).join();
  writeFileSync(join(directory, 'dump.zst'), zstdCompressSync(`${numbers}\n${SECRET}\n${numbers}`));
  await search.searchDirectory(directory, { note: '', since });
  expect(places()).toEqual([]);
  const fromZstd = (file: Readable): Readable => file.pipe(createZstdDecompress());
  await search.searchDirectory(directory, { note: '', since, fromZstd });
  expect(places()).toEqual(['dump.zst']);
});

it('finds a value across two chunks, even if it is escaped', async () => {
  const escaped = [...SECRET].map((char) => `\\\\u00${char.charCodeAt(0).toString(16)}`).join('');
  writeFileSync(join(directory, 'large'), ' '.repeat(1024 * 1024 - 20) + escaped);
  await search.searchDirectory(directory, { note: '', since });
  expect(places()).toEqual(['large']);
});

it('finds a value in the write-ahead log of a database', async () => {
  const database = new DatabaseSync(join(directory, 'catalog.sqlite'));
  database.exec(`PRAGMA journal_mode = WAL; CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('${SECRET}')`);
  await search.searchDirectory(directory, { note: '', since });
  database.close();
  expect(places()).toEqual(['catalog.sqlite-wal']);
});

it('skips dumps that are older than the canary, and files that are searched in another way', async () => {
  writeFileSync(join(directory, 'old.gz'), gzipSync(SECRET));
  utimesSync(join(directory, 'old.gz'), 1, 1);
  writeFileSync(join(directory, 'own.gz'), gzipSync(SECRET));
  await search.searchDirectory(directory, { note: '', since: since + 3_600_000, except: new Set(['own.gz']) });
  expect({ places: places(), older: search.olderFiles }).toEqual({ places: [], older: 1 });
});

it('names the files that it is not allowed to read', async () => {
  chmodSync(directory, 0o755);
  writeFileSync(join(directory, 'open'), SECRET, { mode: 0o644 });
  writeFileSync(join(directory, 'secret'), SECRET);
  chmodSync(join(directory, 'secret'), 0);
  const result = await runUnprivileged({
    imports: `import { Search } from ${JSON.stringify(import.meta.resolve('./search.ts'))};`,
    body: `
      const search = new Search(${JSON.stringify([planted])});
      await search.searchDirectory(${JSON.stringify(directory)}, { note: '', since: ${since} });
      return { unreadable: [...search.unreadable], sightings: search.sightings(0) };
    `,
  });
  expect(result).toEqual({ unreadable: ['secret'], sightings: [{ where: 'open', neverAllowed: false }] });
});

it('searches only what was appended to a log', async () => {
  const log = join(directory, 'gateway.log');
  writeFileSync(log, `${SECRET}\n`);
  await search.searchLog(log, SECRET.length + 1);
  expect(places()).toEqual([]);
  appendFileSync(log, `again ${SECRET}\n`);
  await search.searchLog(log, SECRET.length + 1);
  expect(search.sightings(0)).toEqual([{ where: log, neverAllowed: true }]);
});

it('reports a log even if the value was seen in many other places before', async () => {
  for (let line = 1; line <= 100; line++) search.searchBytes(Buffer.from(SECRET), `dump line ${line}`);
  const log = join(directory, 'gateway.log');
  writeFileSync(log, SECRET);
  await search.searchLog(log, 0);
  search.searchMetrics(SECRET);
  expect(search.sightings(0).length).toBeLessThan(20);
  expect(search.sightings(0).filter(({ neverAllowed }) => neverAllowed)).toEqual([
    { where: log, neverAllowed: true },
    { where: 'metrics', neverAllowed: true },
  ]);
});

it('searches a log from its beginning if it was rotated', async () => {
  const log = join(directory, 'gateway.log');
  writeFileSync(log, SECRET);
  await search.searchLog(log, 1000);
  expect(places()).toEqual([log]);
});
