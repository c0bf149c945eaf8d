import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalog } from '../packages/server/src/catalog/catalog.ts';
import type { SessionQuery } from '../packages/server/src/catalog/sessions.ts';
import { Overviews } from '../packages/server/src/overview/overviews.ts';
import { RangeComparison } from '../packages/server/src/overview/range-comparison.ts';
import { contributionOf, END, madeCall } from './made-catalog/calls.ts';
import { type MadeDatabase, postgresDatabase, sqliteDatabase } from './made-catalog/database.ts';
import { startPostgres } from './made-catalog/embedded-postgres.ts';
import { checkRollupRows, makeCatalog, queue } from './made-catalog/make.ts';
import { cpu, median } from './measure.ts';

/** As in the gateway. */
const FOLDED_AT_ONCE = 100;
const MEASURED_FOLDS = 50;
const RUNS = 9;
const NOW = new Date(END);
const day = (text: string): string => `2026-${text}T00:00:00.000Z`;

/**
 * Makes a catalog of many calls in a year, and prints how long it takes to answer what the console asks for, and what
 * counting a call costs.
 *
 *     npm run bench:overview -- [number of calls] [sqlite | postgres | connection string of an empty PostgreSQL database]
 *
 * Ten million calls need 15 GB in the directory for temporary files (`TMPDIR`), which are deleted at the end.
 */
async function benchOverview(calls: number, engine: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-overview-'));
  const server = engine === 'postgres' ? await startPostgres() : undefined;
  try {
    await checkRollupRows(join(directory, 'checked.sqlite'));
    const database =
      engine === 'sqlite'
        ? await sqliteDatabase(join(directory, 'catalog.sqlite'))
        : await postgresDatabase(server?.connectionString ?? engine);
    await makeCatalog(database, calls);
    const catalog = await database.open();
    await reportOverviews(catalog);
    await reportChanges(catalog);
    await reportLists(catalog, calls);
    await reportFolds(catalog, database);
    await catalog.close();
    await database.close();
  } finally {
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function reportOverviews(catalog: Catalog): Promise<void> {
  const overviews = new Overviews(catalog.rollups, { minimumGroup: 5, now: () => NOW });
  const ranges = {
    'the first month': { from: day('01-01'), to: day('02-01') },
    'the second month': { from: day('02-01'), to: day('03-01') },
    'a month in the middle': { from: day('07-01'), to: day('08-01') },
    'the last month': { from: day('12-01'), to: NOW.toISOString() },
    'thirty days of two months': { from: day('06-16'), to: day('07-16') },
    'the last three days': { from: day('12-29'), to: NOW.toISOString() },
    'half a year': { from: day('07-01'), to: NOW.toISOString() },
    'the year': { from: day('01-01'), to: NOW.toISOString() },
  };
  for (const [name, range] of Object.entries(ranges)) {
    for (const by of [undefined, 'browser', 'origin', 'observation'] as const) {
      await report(`overview of ${name} by ${by ?? 'nothing'}`, () =>
        overviews.overview({ ...range, ...(by && { by }) }),
      );
    }
  }
}

async function reportChanges(catalog: Catalog): Promise<void> {
  const comparison = new RangeComparison(catalog.rollups, { minimumGroup: 5, now: () => NOW });
  await report('changes of the last week', () => comparison.changes({}));
  await report('changes of a month', () => comparison.changes({ from: day('07-01'), to: day('08-01') }));
  await report('changes of half a year', () => comparison.changes({ from: day('07-02'), to: NOW.toISOString() }));
}

async function reportLists(catalog: Catalog, calls: number): Promise<void> {
  const queries: Readonly<Record<string, SessionQuery>> = {
    'the newest': {},
    'a day in the middle of the year': { from: day('07-01'), to: day('07-02') },
    'the oldest': { to: day('01-02') },
    'of a browser': { browser: 'Firefox' },
    'of a user': { user: 'u-77' },
    'of a conference': { conference: `c-${Math.floor(calls / 8)}` },
    'of an origin': { origin: ['https://399.example'] },
    'in quarantine': { state: 'quarantined' },
    'that failed': { verdict: 'failed' },
    'that are good, until the middle of the year': { verdict: 'good', to: day('07-01') },
    'with a problem': { observation: 'problem-7' },
    'with a severe problem': { observation: 'problem-7', severity: 'high' },
    'of at least a severity': { severity: 'high' },
    'below a score': { maxScore: 5 },
    'the worst first': { sort: 'score' },
    'the worst of a month first': { sort: 'score', from: day('07-01'), to: day('08-01') },
  };
  for (const [name, query] of Object.entries(queries)) {
    await report(`list of sessions, ${name}`, () => catalog.sessions.list(query));
  }
}

async function report(title: string, work: () => Promise<unknown>): Promise<void> {
  const times = [];
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  const [first = 0] = times;
  console.log(`  ${title}: ${median(times).toFixed(0)} ms (median of ${RUNS}; the first ${first.toFixed(0)} ms)`);
}

async function reportFolds(catalog: Catalog, database: MadeDatabase): Promise<void> {
  const at = END - 3_600_000;
  const contributions = Array.from({ length: MEASURED_FOLDS * FOLDED_AT_ONCE }, (_, index) =>
    contributionOf(madeCall(index), at),
  );
  await queue(database, contributions);
  const times = [];
  const before = cpu();
  for (let fold = 0; fold < MEASURED_FOLDS; fold++) {
    const began = performance.now();
    await catalog.rollups.fold(FOLDED_AT_ONCE, NOW.toISOString());
    times.push(performance.now() - began);
  }
  const perCall = ((cpu() - before) / MEASURED_FOLDS / FOLDED_AT_ONCE) * 1000;
  console.log(
    `  counting ${FOLDED_AT_ONCE} calls: ${median(times).toFixed(1)} ms (longest ${Math.max(...times).toFixed(1)} ms), ` +
      `${perCall.toFixed(0)} µs of CPU time per call in this process`,
  );
}

const [calls = '1000000', engine = 'sqlite'] = process.argv.slice(2);
await benchOverview(Number(calls), engine);
