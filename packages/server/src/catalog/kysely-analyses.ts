import type { Kysely } from 'kysely';
import type { Analyses, AnalysisRow, OutdatedQuery, StoredAnalysis } from './analyses.ts';
import { analysisFromTable, toAnalysesTable, toObservationsTable, toObservedTable } from './analysis-rows.ts';
import type { Engine, RunQuery } from './engine.ts';
import type { EngineName } from './migrations/migration.ts';
import { toText } from './rows.ts';
import { writeRtcstatsTables } from './rtcstats-tables.ts';
import type { AnalysesTable, CatalogTables, ObservationsTable, ObservedTable } from './schema.ts';

/** The most rows per insert; 256 rows of 12 columns stay far below the parameter limit of SQLite (32,766). */
const MAX_ROWS_PER_INSERT = 256;

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
        let select = db.selectFrom('sessions').select('started_at').where('id', '=', toText(sessionId));
        // Nobody may delete the session, or write another analysis of it, before this transaction ends. SQLite has one
        // writer at a time anyway.
        if (this.#engine.name === 'postgres') select = select.forUpdate();
        const session = await select.executeTakeFirst();
        if (session === undefined) return false;
        await writeAnalyses(db, this.#engine.name, [{ sessionId, startedAt: session.started_at, analysis }]);
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
  /** When the session started; ISO 8601. */
  readonly startedAt: string;
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
  await db.deleteFrom('analyses').where('session_id', 'in', ids).execute();
  const rows: AnalysesTable[] = [];
  const observations: ObservationsTable[] = [];
  const observed: ObservedTable[] = [];
  for (const { sessionId, startedAt, analysis } of entries) {
    if (analysis === null) continue;
    rows.push(toAnalysesTable(sessionId, startedAt, analysis));
    for (const [position, row] of analysis.observations.entries()) {
      observations.push(toObservationsTable(sessionId, row, position));
    }
    observed.push(...toObservedTable(sessionId, startedAt, analysis.observations));
  }
  for (const part of insertable(rows)) await db.insertInto('analyses').values(part).execute();
  for (const part of insertable(observations)) await db.insertInto('observations').values(part).execute();
  for (const part of insertable(observed)) await db.insertInto('observed').values(part).execute();
  if (engine !== 'postgres') return;
  await writeRtcstatsTables(db, new Map(entries.map(({ sessionId, analysis }) => [sessionId, analysis])));
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
