import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { ObservationRow } from './analyses.ts';
import { analysisFromTable } from './analysis-rows.ts';
import type { Engine, RunQuery } from './engine.ts';
import type { ExportedCall, ExportPart, Exports } from './exports.ts';
import { toText } from './rows.ts';
import type { CatalogTables, ExportedPartsTable, ObservationsTable } from './schema.ts';

/** Length of the documents of a part, in UTF-16 code units; those of short calls have some thousand. */
const MAX_PART_LENGTH = 16 * 1024 * 1024;
/** Hexadecimal digits of the name of a part. */
const NAME_LENGTH = 24;

/** The exports in a table of parts and a column of the analyses, the same for every engine. */
export class KyselyExports implements Exports {
  readonly #db: Kysely<CatalogTables>;
  readonly #engine: Engine;
  readonly #query: RunQuery;

  constructor(db: Kysely<CatalogTables>, engine: Engine, query: RunQuery) {
    this.#db = db;
    this.#engine = engine;
    this.#query = query;
  }

  async begin(host: string, limit: number): Promise<ExportPart | undefined> {
    return await this.#query(() =>
      this.#engine.transaction(this.#db, async (db) => {
        const begun = await db
          .selectFrom('exported_parts')
          .selectAll()
          .where('host', '=', toText(host))
          .where('written_at', 'is', null)
          .executeTakeFirst();
        if (begun) return partFromTable(begun);
        const oldest = await db
          .selectFrom('analyses')
          .innerJoin('sessions', 'sessions.id', 'analyses.session_id')
          .select(['analyses.session_id', 'analyses.started_at', 'analyses.analyzed_at'])
          .select(sql<number | null>`length(analyses.document)`.as('length'))
          .where('analyses.part', 'is', null)
          .where('sessions.host', '=', toText(host))
          .where('sessions.state', '=', 'stored')
          .orderBy('analyses.started_at')
          .orderBy('analyses.session_id')
          .limit(limit)
          .execute();
        if (oldest[0] === undefined) return undefined;
        const day = oldest[0].started_at.slice(0, 10);
        let length = 0;
        const calls = oldest.filter(({ started_at, ...call }, index) => {
          length += call.length ?? 0;
          return started_at.startsWith(day) && (index === 0 || length <= MAX_PART_LENGTH);
        });
        const sessions = calls.map(({ session_id }) => session_id);
        const name = nameOf(calls.map(({ session_id, analyzed_at }) => [host, session_id, analyzed_at]));
        const row = { name, host: toText(host), day, sessions: JSON.stringify(sessions), written_at: null };
        // Of a part with the same calls and analyses, the row is there already; its files are replaced.
        await db.deleteFrom('exported_parts').where('name', '=', name).execute();
        await db.insertInto('exported_parts').values(row).execute();
        await db
          .updateTable('analyses')
          .set({ part: name })
          .where('session_id', 'in', sessions)
          .where('part', 'is', null)
          .execute();
        return { name, day, sessions };
      }),
    );
  }

  async calls(part: string, sessionIds: readonly string[]): Promise<readonly ExportedCall[]> {
    if (sessionIds.length === 0) return [];
    return await this.#query(async () => {
      const rows = await this.#db
        .selectFrom('analyses')
        .innerJoin('sessions', 'sessions.id', 'analyses.session_id')
        .selectAll('analyses')
        .select(['sessions.ended_at', 'sessions.country', 'sessions.origin', 'sessions.user_agent'])
        .select(['sessions.browser', 'sessions.host'])
        .where('analyses.part', '=', part)
        .where('analyses.session_id', 'in', sessionIds)
        .orderBy('analyses.session_id')
        .execute();
      const observations = await this.#observations(rows.map(({ session_id }) => session_id));
      return rows.map((row) => ({
        ...analysisFromTable(row),
        id: row.session_id,
        startedAt: row.started_at,
        endedAt: row.ended_at,
        country: row.country,
        origin: row.origin,
        userAgent: row.user_agent,
        browser: row.browser,
        host: row.host,
        observations: observations.get(row.session_id) ?? [],
      }));
    });
  }

  async finish({ name, sessions }: ExportPart): Promise<boolean> {
    const given = JSON.stringify(sessions);
    const [result] = await this.#query(async () => {
      if (sessions.length > 0) {
        const written_at = new Date().toISOString();
        const update = this.#db.updateTable('exported_parts').set({ written_at });
        return await update.where('name', '=', name).where('sessions', '=', given).execute();
      }
      return await this.#db
        .deleteFrom('exported_parts')
        .where('name', '=', name)
        .where('sessions', '=', given)
        .execute();
    });
    if (result === undefined) return false;
    return ('numUpdatedRows' in result ? result.numUpdatedRows : result.numDeletedRows) > 0n;
  }

  async #observations(sessionIds: readonly string[]): Promise<Map<string, ObservationRow[]>> {
    const bySession = new Map<string, ObservationRow[]>();
    if (sessionIds.length === 0) return bySession;
    const rows = await this.#db
      .selectFrom('observations')
      .selectAll()
      .where('session_id', 'in', sessionIds)
      .orderBy('session_id')
      .orderBy('position')
      .execute();
    for (const row of rows) {
      const known = bySession.get(row.session_id);
      if (known) known.push(observationFromTable(row));
      else bySession.set(row.session_id, [observationFromTable(row)]);
    }
    return bySession;
  }
}

export function partFromTable({ name, day, sessions }: ExportedPartsTable): ExportPart {
  return { name, day, sessions: JSON.parse(sessions) as string[] };
}

function nameOf(calls: readonly (readonly string[])[]): string {
  return createHash('sha256').update(JSON.stringify(calls)).digest('hex').slice(0, NAME_LENGTH);
}

function observationFromTable(row: ObservationsTable): ObservationRow {
  return {
    name: row.name,
    severity: row.severity as ObservationRow['severity'],
    category: row.category as ObservationRow['category'],
    scopeType: row.scope_type as ObservationRow['scopeType'],
    connection: row.connection,
    track: row.track,
    direction: row.direction as ObservationRow['direction'],
    from: Number(row.from_time),
    to: Number(row.to_time),
  };
}
