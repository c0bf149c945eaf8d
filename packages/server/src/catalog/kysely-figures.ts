import type { SessionState } from '@rtcstats-server/api/states';
import { type Kysely, sql } from 'kysely';
import type { RunQuery } from './engine.ts';
import type { Figures, NewestQuery, SampledSession } from './figures.ts';
import { toText } from './rows.ts';
import type { CatalogTables } from './schema.ts';

/** The figures from the tables of the catalog, the same for every engine. */
export class KyselyFigures implements Figures {
  readonly #db: Kysely<CatalogTables>;
  readonly #query: RunQuery;

  constructor(db: Kysely<CatalogTables>, query: RunQuery) {
    this.#db = db;
    this.#query = query;
  }

  async sessions(state: SessionState, most: number): Promise<number> {
    return await this.#query(async () => {
      const { count } = await this.#db
        // The limit ends the scan of the index `sessions_by_state`; a plain count would read all of it.
        .selectFrom((db) => db.selectFrom('sessions').select('id').where('state', '=', state).limit(most).as('some'))
        .select(({ fn }) => fn.countAll().as('count'))
        .executeTakeFirstOrThrow();
      return Number(count);
    });
  }

  async oldest(state: SessionState): Promise<string | undefined> {
    return await this.#query(async () => {
      const oldest = this.#db
        .selectFrom('sessions')
        .select('started_at')
        .where('state', '=', state)
        .orderBy('started_at')
        .orderBy('id');
      return (await oldest.limit(1).executeTakeFirst())?.started_at;
    });
  }

  async newest({ after, limit }: NewestQuery): Promise<readonly SampledSession[]> {
    let select = this.#db
      .selectFrom('sessions')
      .leftJoin('analyses', 'analyses.session_id', 'sessions.id')
      .select([
        'sessions.id',
        'sessions.started_at as startedAt',
        'sessions.user_name as user',
        'sessions.conference',
        'sessions.country',
        'sessions.user_agent as userAgent',
        'sessions.receipt',
        'analyses.document',
      ])
      .where('sessions.state', '=', 'stored')
      .orderBy('sessions.started_at', 'desc')
      .orderBy('sessions.id', 'desc')
      .limit(limit);
    if (after !== undefined) {
      const position = sql`(${after.startedAt}, ${toText(after.id)})`;
      select = select.where(sql<boolean>`(sessions.started_at, sessions.id) < ${position}`);
    }
    return await this.#query(() => select.execute());
  }
}
