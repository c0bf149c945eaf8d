import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { Catalog } from '../packages/server/src/catalog/catalog.ts';
import { openPostgresCatalog } from '../packages/server/src/catalog/postgres.ts';
import { openSqliteCatalog } from '../packages/server/src/catalog/sqlite.ts';
import { Overviews } from '../packages/server/src/overview/overviews.ts';
import { cpu, median } from './measure.ts';

/** Inserts queued calls; the texts are contributions. */
type Insert = (contributions: readonly string[]) => Promise<void>;

const DAYS = 365;
const FIRST_DAY = Date.UTC(2026, 0, 1);
const INSERTED_AT_ONCE = 20_000;
/** As in the gateway. */
const FOLDED_AT_ONCE = 100;
/** For making the catalog. */
const FOLDED_AT_ONCE_WHILE_MADE = 20_000;
const MEASURED_FOLDS = 50;
const RUNS = 9;

/**
 * Makes a catalog of many calls in a year and prints how long an overview of a month takes, and what counting a call
 * costs.
 *
 *     npm run bench:overview -- [number of calls] [connection string of an empty PostgreSQL database]
 */
async function benchOverview(calls: number, connectionString?: string): Promise<void> {
  const now = new Date(FIRST_DAY + DAYS * 86_400_000).toISOString();
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-overview-'));
  const { catalog, insert, close } = await open(join(directory, 'catalog.sqlite'), connectionString);
  try {
    const began = performance.now();
    for (let made = 0; made < calls; made += INSERTED_AT_ONCE) {
      // In the order of time, as calls arrive.
      await insert(
        Array.from({ length: Math.min(INSERTED_AT_ONCE, calls - made) }, (_, index) =>
          contribution(made + index, FIRST_DAY + ((made + index) / calls) * DAYS * 86_400_000),
        ),
      );
      while ((await catalog.rollups.fold(FOLDED_AT_ONCE_WHILE_MADE, now)) > 0);
    }
    console.log(`${calls} calls in ${DAYS} days, made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    await reportOverviews(catalog, now);
    await reportFolds(catalog, insert, now);
  } finally {
    await close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function reportOverviews(catalog: Catalog, now: string): Promise<void> {
  const overviews = new Overviews(catalog.rollups, { minimumGroup: 5, now: () => new Date(now) });
  for (const by of [undefined, 'browser', 'origin', 'observation'] as const) {
    const slowest = [];
    for (let run = 0; run < RUNS; run++) {
      const months = [];
      for (let month = 1; month < 12; month++) {
        const from = new Date(Date.UTC(2026, month, 1)).toISOString();
        const to = new Date(Date.UTC(2026, month + 1, 1)).toISOString();
        const began = performance.now();
        await overviews.overview({ from, to, ...(by && { by }) });
        months.push(performance.now() - began);
      }
      slowest.push(Math.max(...months));
    }
    console.log(
      `  overview of a month by ${by ?? 'nothing'}: ${median(slowest).toFixed(0)} ms (slowest month, median of ${RUNS})`,
    );
  }
}

async function reportFolds(catalog: Catalog, insert: Insert, now: string): Promise<void> {
  const at = Date.parse(now) - 3_600_000;
  await insert(Array.from({ length: MEASURED_FOLDS * FOLDED_AT_ONCE }, (_, index) => contribution(index, at)));
  const times = [];
  const before = cpu();
  for (let fold = 0; fold < MEASURED_FOLDS; fold++) {
    const began = performance.now();
    await catalog.rollups.fold(FOLDED_AT_ONCE, now);
    times.push(performance.now() - began);
  }
  const perCall = ((cpu() - before) / MEASURED_FOLDS / FOLDED_AT_ONCE) * 1000;
  console.log(
    `  counting ${FOLDED_AT_ONCE} calls: ${median(times).toFixed(1)} ms (longest ${Math.max(...times).toFixed(1)} ms), ` +
      `${perCall.toFixed(0)} µs of CPU time per call`,
  );
}

/** A call with values as they are distributed among users: few frequent ones, many rare ones. */
function contribution(index: number, at: number): string {
  const random = pseudoRandom(index);
  const rare = (values: number): number => Math.floor(random() ** 3 * values);
  const experience = Math.floor(100 * (1 - random() ** 3));
  const verdict = experience < 60 ? 'bad' : experience < 80 ? 'degraded' : 'good';
  const problems = verdict === 'good' ? [] : [`problem-${rare(30)}`, `problem-${30 + rare(20)}`];
  return JSON.stringify([
    new Date(at).toISOString().slice(0, 13),
    verdict,
    experience,
    Math.floor(300 / (0.02 + random())),
    `Chrome ${100 + rare(60)}`,
    `System ${rare(8)}`,
    `C${rare(190)}`,
    `https://${rare(400)}.example`,
    ['wifi', 'ethernet', 'cellular'][rare(3)],
    random() < 0.2 ? 'relay' : 'direct',
    ...problems,
  ]);
}

/** mulberry32, so that every run makes the same catalog. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function open(
  file: string,
  connectionString: string | undefined,
): Promise<{ readonly catalog: Catalog; readonly insert: Insert; close(): Promise<void> }> {
  if (connectionString !== undefined) {
    const catalog = openPostgresCatalog({ connectionString, ssl: 'disable', poolSize: 4 } as never);
    await catalog.migrate();
    const client = new pg.Client({ connectionString });
    await client.connect();
    const statement = 'insert into rollup_changes (sign, contribution) select 1, unnest($1::text[])';
    return {
      catalog,
      insert: async (contributions) => void (await client.query(statement, [contributions])),
      close: async () => {
        await client.end();
        await catalog.close();
      },
    };
  }
  const catalog = openSqliteCatalog(file);
  await catalog.migrate();
  const database = new DatabaseSync(file);
  const statement = database.prepare(
    'insert into rollup_changes (sign, contribution) select 1, value from json_each(?)',
  );
  return {
    catalog,
    insert: async (contributions) => void statement.run(JSON.stringify(contributions)),
    close: async () => {
      database.close();
      await catalog.close();
    },
  };
}

const [calls = '1000000', connectionString] = process.argv.slice(2);
await benchOverview(Number(calls), connectionString);
