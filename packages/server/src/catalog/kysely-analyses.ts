import type { Kysely } from 'kysely';
import type { Analyses, AnalysisRow, OutdatedQuery, StoredAnalysis } from './analyses.ts';
import { analysisFromTable, toAnalysesTable, toObservationsTable, toObservedTable } from './analysis-rows.ts';
import type { CountedSession } from './contribution.ts';
import type { Engine, RunQuery } from './engine.ts';
import type { EngineName } from './migrations/migration.ts';
import { toText } from './rows.ts';
import { writeRtcstatsTables } from './rtcstats-tables.ts';
import type { AnalysesTable, CatalogTables, ObservationsTable, ObservedTable, RollupChangesTable } from './schema.ts';

type NewRollupChange = Omit<RollupChangesTable, 'id'>;

/** The most rows per insert; 256 rows of 12 columns stay far below the parameter limit of SQLite (32,766). */
const MAX_ROWS_PER_INSERT = 256;

const COUNTED_COLUMNS = ['started_at', 'user_agent', 'country', 'origin'] as const;

/** The analyses in two tables of the catalog, the same for every engine. */
export class KyselyAnalyses implements Analyses {
  readonly #db: Kysely<CatalogTables>;
  readonly #engine: Engine;
  readonly #query: RunQuery;

  constructor(db: Kysely<CatalogTables>, engine: Engine, query: RunQuery) {
    this.#db = db;
    this.#engine = engine;
    this.#query = query;
  }

  async put(sessionId: string, analysis: AnalysisRow): Promise<boolean> {
    return await this.#query(() =>
      this.#engine.transaction(this.#db, async (db) => {
        let select = db.selectFrom('sessions').select(COUNTED_COLUMNS).where('id', '=', toText(sessionId));
        // Nobody may delete the session, or write another analysis of it, before this transaction ends. SQLite has one
        // writer at a time anyway.
        if (this.#engine.name === 'postgres') select = select.forUpdate();
        const session = await select.executeTakeFirst();
        if (session === undefined) return false;
        await writeAnalyses(db, this.#engine.name, [{ sessionId, session, analysis }]);
        return true;
      }),
    );
  }

  async get(sessionId: string): Promise<StoredAnalysis | undefined> {
    return await this.#query(async () => {
      const select = this.#db.selectFrom('analyses').selectAll().where('session_id', '=', toText(sessionId));
      const row = await select.executeTakeFirst();
      return row && analysisFromTable(row);
    });
  }

  async outdated({ version, since, after, limit }: OutdatedQuery): Promise<readonly string[]> {
    let select = this.#db
      .selectFrom('sessions')
      .leftJoin('analyses', 'analyses.session_id', 'sessions.id')
      .select('sessions.id')
      .where('sessions.state', '=', 'stored')
      .where((where) =>
        where.or([
          where('analyses.session_id', 'is', null),
          where('analyses.analysis_version', '<', version),
          where('analyses.failure', 'is not', null),
          where('analyses.contribution', 'is', null),
        ]),
      );
    if (since !== undefined) select = select.where('sessions.started_at', '>=', since);
    if (after !== undefined) select = select.where('sessions.id', '>', toText(after));
    const rows = await this.#query(() => select.orderBy('sessions.id').limit(limit).execute());
    return rows.map(({ id }) => id);
  }
}

/** An analysis to be written; null removes the one of that session. */
export interface AnalysisEntry {
  readonly sessionId: string;
  readonly session: CountedSession;
  readonly analysis: AnalysisRow | null;
}

/**
 * Writes analyses of different sessions, replacing earlier ones as a whole. To be called in a transaction in which the
 * rows of the sessions exist.
 */
export async function writeAnalyses(
  db: Kysely<CatalogTables>,
  engine: EngineName,
  entries: readonly AnalysisEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const ids = entries.map(({ sessionId }) => toText(sessionId));
  // Their observations go with them. Deleted and inserted, not updated: the earlier one may have had more observations.
  const replaced = await db
    .deleteFrom('analyses')
    .where('session_id', 'in', ids)
    .returning(['session_id', 'contribution'])
    .execute();
  const rows: AnalysesTable[] = [];
  const observations: ObservationsTable[] = [];
  const observed: ObservedTable[] = [];
  for (const { sessionId, session, analysis } of entries) {
    if (analysis === null) continue;
    rows.push(toAnalysesTable(sessionId, session, analysis));
    for (const [position, row] of analysis.observations.entries()) {
      observations.push(toObservationsTable(sessionId, row, position));
    }
    observed.push(...toObservedTable(sessionId, session.started_at, analysis.observations));
  }
  for (const part of insertable(rows)) await db.insertInto('analyses').values(part).execute();
  for (const part of insertable(observations)) await db.insertInto('observations').values(part).execute();
  for (const part of insertable(observed)) await db.insertInto('observed').values(part).execute();
  for (const part of insertable(rollupChanges(replaced, rows))) {
    await db.insertInto('rollup_changes').values(part).execute();
  }
  if (engine !== 'postgres') return;
  await writeRtcstatsTables(db, new Map(entries.map(({ sessionId, analysis }) => [sessionId, analysis])));
}

type Contributed = Pick<AnalysesTable, 'session_id' | 'contribution'>;

/**
 * The changes of the rollups when analyses are replaced by others. Subtractions have a higher position than the
 * additions that they revoke, because those were inserted by an earlier transaction.
 */
function rollupChanges(replaced: readonly Contributed[], rows: readonly Contributed[]): NewRollupChange[] {
  const before = new Map(replaced.map(({ session_id, contribution }) => [session_id, contribution]));
  const changes: NewRollupChange[] = [];
  for (const { session_id, contribution } of rows) {
    // Finishing is repeated after a crash: the same call changes nothing.
    if (before.get(session_id) === contribution) before.delete(session_id);
    else if (contribution !== null) changes.push({ sign: 1, contribution });
  }
  for (const contribution of before.values()) if (contribution !== null) changes.push({ sign: -1, contribution });
  return changes;
}

/**
 * Splits rows into lists whose lengths are powers of two. There are few different statements then, so that they stay
 * prepared.
 */
function* insertable<T>(rows: readonly T[]): Generator<readonly T[]> {
  let start = 0;
  for (let size = MAX_ROWS_PER_INSERT; size >= 1; size /= 2) {
    for (; rows.length - start >= size; start += size) yield rows.slice(start, start + size);
  }
}
