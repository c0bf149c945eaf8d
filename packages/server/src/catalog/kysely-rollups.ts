import { type Kysely, sql } from 'kysely';
import { OTHER, type RollupDimension, UNKNOWN } from './contribution.ts';
import type { Engine, RunQuery } from './engine.ts';
import { addHistogramText } from './histogram.ts';
import { type NeededRows, RollupCells } from './rollup-cells.ts';
import { type StoredPeriods, storedPeriods } from './rollup-parts.ts';
import {
  type CallCounts,
  type Distributions,
  firstHourKept,
  type PeriodCounts,
  type RollupRange,
  type Rollups,
  type ValueCounts,
} from './rollups.ts';
import type { CatalogTables, RollupsTable } from './schema.ts';

/** Id of the advisory lock of the process that folds; the same in every version. */
const FOLD_LOCK = 7_267_782_002;
/** 200 rows of 12 columns stay far below the parameter limit of SQLite (32,766). */
const ROWS_PER_STATEMENT = 200;
const COUNT_COLUMNS = ['calls', 'good', 'degraded', 'bad', 'failed', 'not_judged'] as const;

/** Sums as databases return them; PostgreSQL returns those of integers as text. */
type Sums = Readonly<Record<(typeof COUNT_COLUMNS)[number], number | string>>;

/** The rollups in tables of the catalog, the same for every engine. */
export class KyselyRollups implements Rollups {
  readonly #db: Kysely<CatalogTables>;
  readonly #engine: Engine;
  readonly #query: RunQuery;

  constructor(db: Kysely<CatalogTables>, engine: Engine, query: RunQuery) {
    this.#db = db;
    this.#engine = engine;
    this.#query = query;
  }

  async fold(limit: number, now: string): Promise<number> {
    return await this.#query(async () => {
      // Most calls find nothing, and a transaction that writes would make other processes wait.
      const first = await this.#db.selectFrom('rollup_changes').select('id').limit(1).executeTakeFirst();
      if (first === undefined) return 0;
      return await this.#engine.transaction(this.#db, (db) => this.#fold(db, limit, now));
    });
  }

  async #fold(db: Kysely<CatalogTables>, limit: number, now: string): Promise<number> {
    // Rows are read, changed and written, so two processes must not do it at once. SQLite has one writer anyway.
    if (this.#engine.name === 'postgres' && !(await takeLock(db))) return 0;
    const changes = await db.selectFrom('rollup_changes').selectAll().orderBy('id').limit(limit).execute();
    if (changes.length === 0) return 0;
    const cells = new RollupCells(changes, firstHourKept(now));
    for (const needed of cells.needed()) {
      const dimensions = cells.load(needed, await existingRows(db, needed));
      // Counting reads all rows of the period, and most values are there already.
      if (dimensions.length > 0) cells.loadNumbers(needed, await numbersOfValues(db, needed, dimensions));
    }
    cells.apply();
    await writeRows(db, cells.rows());
    const ids = changes.map(({ id }) => id);
    await db.deleteFrom('rollup_changes').where('id', 'in', ids).execute();
    return changes.length;
  }

  async prune(now: string): Promise<void> {
    await this.#query(() =>
      this.#db
        .deleteFrom('rollups')
        .where('granularity', '=', 'hour')
        .where('period', '<', firstHourKept(now))
        .execute(),
    );
  }

  async byPeriod(range: RollupRange): Promise<readonly PeriodCounts[]> {
    const rows = await this.#query(() =>
      this.#of(range, 'all')
        .select(['period', ...COUNT_COLUMNS])
        .orderBy('period')
        .execute(),
    );
    return rows.filter(({ calls }) => calls > 0).map((row) => ({ period: row.period, ...countsOf(row) }));
  }

  async byValue(range: RollupRange, dimension: RollupDimension): Promise<readonly ValueCounts[]> {
    const counted = new Map<string, CallCounts>();
    for (const periods of storedPeriods(range)) {
      const rows = await this.#query(() =>
        this.#of(periods, dimension)
          .select(({ fn }) => ['value' as const, ...COUNT_COLUMNS.map((column) => fn.sum(column).as(column))])
          .groupBy('value')
          .execute(),
      );
      for (const { value, ...sums } of rows as (Sums & { readonly value: string })[]) {
        const earlier = counted.get(value);
        counted.set(value, earlier ? sumOf(earlier, countsOf(sums)) : countsOf(sums));
      }
    }
    return Array.from(counted, ([value, counts]) => ({ value, ...counts }))
      .filter(({ calls }) => calls > 0)
      .sort((a, b) => b.calls - a.calls || (a.value < b.value ? -1 : 1));
  }

  async distributions(
    range: RollupRange,
    dimension: RollupDimension,
    values: readonly string[],
  ): Promise<ReadonlyMap<string, Distributions>> {
    const distributions = new Map<string, Distributions>();
    if (values.length === 0) return distributions;
    for (const periods of storedPeriods(range)) {
      const rows = await this.#query(() =>
        this.#of(periods, dimension).select(['value', 'experience', 'setup']).where('value', 'in', values).execute(),
      );
      for (const { value, experience, setup } of rows) {
        const sum = distributions.get(value) ?? { experience: new Map(), setup: new Map() };
        addHistogramText(sum.experience, experience);
        addHistogramText(sum.setup, setup);
        distributions.set(value, sum);
      }
    }
    return distributions;
  }

  #of({ granularity, from, to }: StoredPeriods, dimension: RollupDimension) {
    return this.#db
      .selectFrom('rollups')
      .where('granularity', '=', granularity)
      .where('dimension', '=', dimension)
      .where('period', '>=', from)
      .where('period', '<', to);
  }
}

function sumOf(a: CallCounts, b: CallCounts): CallCounts {
  return {
    calls: a.calls + b.calls,
    verdicts: {
      good: a.verdicts.good + b.verdicts.good,
      degraded: a.verdicts.degraded + b.verdicts.degraded,
      bad: a.verdicts.bad + b.verdicts.bad,
      failed: a.verdicts.failed + b.verdicts.failed,
      notJudged: a.verdicts.notJudged + b.verdicts.notJudged,
    },
  };
}

async function takeLock(db: Kysely<CatalogTables>): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(${FOLD_LOCK}) as taken`.execute(db);
  return rows[0]?.taken === true;
}

async function existingRows(
  db: Kysely<CatalogTables>,
  { granularity, period, values }: NeededRows,
): Promise<RollupsTable[]> {
  const names = new Set(Array.from(values.values()).flatMap((all) => Array.from(all)));
  return await db
    .selectFrom('rollups')
    .selectAll()
    .where('granularity', '=', granularity)
    .where('dimension', 'in', Array.from(values.keys()))
    .where('period', '=', period)
    .where('value', 'in', Array.from(names))
    .execute();
}

async function numbersOfValues(
  db: Kysely<CatalogTables>,
  { granularity, period }: NeededRows,
  dimensions: readonly RollupDimension[],
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('rollups')
    .select(({ fn }) => ['dimension', fn.countAll().as('count')])
    .where('granularity', '=', granularity)
    .where('dimension', 'in', dimensions)
    .where('period', '=', period)
    .where('value', 'not in', ['', OTHER, UNKNOWN])
    .groupBy('dimension')
    .execute();
  return new Map(rows.map(({ dimension, count }) => [dimension, Number(count)]));
}

async function writeRows(db: Kysely<CatalogTables>, rows: readonly RollupsTable[]): Promise<void> {
  const changed = [...COUNT_COLUMNS, 'experience', 'setup'] as const;
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await db
      .insertInto('rollups')
      .values(rows.slice(start, start + ROWS_PER_STATEMENT))
      .onConflict((conflict) =>
        conflict
          .columns(['granularity', 'dimension', 'period', 'value'])
          .doUpdateSet((values) =>
            Object.fromEntries(changed.map((column) => [column, values.ref(`excluded.${column}`)])),
          ),
      )
      .execute();
  }
}

function countsOf({ calls, good, degraded, bad, failed, not_judged }: Sums): CallCounts {
  return {
    calls: Number(calls),
    verdicts: {
      good: Number(good),
      degraded: Number(degraded),
      bad: Number(bad),
      failed: Number(failed),
      notJudged: Number(not_judged),
    },
  };
}
