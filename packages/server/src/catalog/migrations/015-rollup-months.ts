import { sql } from 'kysely';
import type { Migrate } from './migration.ts';

/**
 * Counts of calls per month, from those per day. The histograms, which are texts of lists, are joined and not added up:
 * a bin may be repeated in such a list, and the next call of the month rewrites it.
 */
export const addRollupMonths: Migrate = async (db, { engine }) => {
  const joined = (column: string) => {
    const inner = sql`nullif(substr(${sql.id(column)}, 2, length(${sql.id(column)}) - 2), '')`;
    const list = engine === 'postgres' ? sql`string_agg(${inner}, ',')` : sql`group_concat(${inner}, ',')`;
    return sql`'[' || coalesce(${list}, '') || ']'`;
  };
  await sql`insert into rollups
      (granularity, dimension, period, value, calls, good, degraded, bad, failed, not_judged, experience, setup)
    select 'month', dimension, substr(period, 1, 7), value, sum(calls), sum(good), sum(degraded), sum(bad), sum(failed),
      sum(not_judged), ${joined('experience')}, ${joined('setup')}
    from rollups where granularity = 'day' group by dimension, substr(period, 1, 7), value`.execute(db);
};
