import type { AnalysisDocument } from '@rtcstats-server/insights';
import { toRtcstatsCom } from '@rtcstats-server/insights/rtcstats-com';
import { type Kysely, sql } from 'kysely';
import type { AnalysisRow } from './analyses.ts';
import { toText } from './rows.ts';
import { columnValue, featureColumns, jsonText } from './rtcstats-values.ts';
import type { CatalogTables } from './schema.ts';

/** The most rows per insert; 256 rows of 75 columns stay below the parameter limit of PostgreSQL (65,535). */
const MAX_ROWS = 256;
/** The version of the format of dumps. */
const FILE_FORMAT = 3;

/** A session with the analysis that was written, as these tables need it. */
interface Dump {
  /** `sessions.number`, the id of the dump in the tables of the rtcstats project. */
  readonly number: string;
  readonly sessionId: string;
  readonly session: DumpRow;
  readonly analysis: AnalysisRow;
  readonly document: AnalysisDocument;
}

interface DumpRow {
  readonly id: string;
  readonly number: string;
  readonly origin: string | null;
  readonly user_agent: string | null;
  readonly country: string | null;
  /** Whether the feature extractor has taken the dump. */
  readonly taken: boolean;
}

/** A row to be inserted: column → value. All rows of a statement have the same columns. */
type Row = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Fills the tables of the rtcstats project (`features_…`, `rtcstats_analysis`, `rtcstats_observations`) with analyses,
 * for queries and dashboards written for them. Replaces the rows that the gateway wrote earlier. To be called in the
 * transaction that writes the analyses; PostgreSQL only.
 *
 * A dump whose features are in the tables counts as processed, so the feature extractor does not take it. One that the
 * extractor has taken keeps its rows: these tables never hold two sets of features of a dump.
 *
 * @param analyses by session; null if the session has no analysis any more
 */
export async function writeRtcstatsTables(
  db: Kysely<CatalogTables>,
  analyses: ReadonlyMap<string, AnalysisRow | null>,
): Promise<void> {
  const ids = Array.from(analyses.keys(), toText);
  const { rows } = await sql<DumpRow>`select id, number, origin, user_agent, country,
    features_processing_start is not null as taken from sessions where id in (${sql.join(ids)})`.execute(db);
  const numbers = rows.map(({ number }) => number);
  if (numbers.length === 0) return;
  await sql`delete from rtcstats_analysis where dump_id in (${sql.join(numbers)})`.execute(db);
  const replaced = await sql<{ dump_id: string }>`delete from features_metadata
    where analysis_version is not null and dump_id in (${sql.join(numbers)}) returning dump_id`.execute(db);
  const own = new Set(replaced.rows.map(({ dump_id }) => dump_id));
  const dumps = rows.flatMap((session): Dump[] => {
    const analysis = analyses.get(session.id);
    if (!analysis?.document) return [];
    const document = JSON.parse(analysis.document) as AnalysisDocument;
    return [{ number: session.number, sessionId: session.id, session, analysis, document }];
  });
  await writeAnalyses(db, dumps);
  await writeFeatures(
    db,
    dumps.filter(({ session: { taken, number } }) => !taken || own.has(number)),
  );
}

async function writeAnalyses(db: Kysely<CatalogTables>, dumps: readonly Dump[]): Promise<void> {
  const converted = dumps.map((dump) => ({ ...dump, answer: toRtcstatsCom(dump.document) }));
  const ids = await insert(
    db,
    'rtcstats_analysis',
    converted.map(({ number, sessionId, analysis, answer }) => ({
      dump_id: number,
      rtcstats_id: sessionId,
      schema_version: '1',
      analysis_version: String(analysis.analysisVersion),
      observations_version: String(analysis.analysisVersion),
      upload_timestamp: analysis.analyzedAt,
      experience_score: analysis.experience,
      audio_score: analysis.audio,
      video_score: analysis.video,
      connectivity_score: analysis.connectivity,
      observations_count: jsonText(answer.observationsCount),
      user_agent_data: jsonText(answer.userAgentData),
    })),
  );
  const observations = converted.flatMap(({ document, answer }, index) =>
    answer.observations.map((observation, position) => {
      const { scope } = document.observations[position]!;
      return {
        analysis_id: ids[index]!,
        pid: scope.type === 'client' ? null : toText(scope.connection ?? null),
        type: observation.type,
        severity: observation.severity,
        category: observation.category ?? null,
        first_seen_at: observation.firstSeenAt ?? null,
        observation: jsonText(observation),
      };
    }),
  );
  await insert(db, 'rtcstats_observations', observations);
}

async function writeFeatures(db: Kysely<CatalogTables>, dumps: readonly Dump[]): Promise<void> {
  if (dumps.length === 0) return;
  const metadata = dumps.map(({ number, session, document }) => ({
    dump_id: number,
    analysis_version: document.analysisVersion,
    ...featureRow('features_metadata', {
      startTime: document.features.client['startTime'],
      origin: session.origin,
      useragent: session.user_agent,
      fileFormat: FILE_FORMAT,
      numberPeerconnections: document.features.connections.length,
      locationCountry: session.country,
    }),
  }));
  const ids = await insert(db, 'features_metadata', metadata);
  const clients = dumps.map(({ document: { features } }, index) => ({
    dump_id: ids[index]!,
    ...featureRow('features_client', features.client),
  }));
  await insert(db, 'features_client', clients);
  const connections = dumps.flatMap(({ document }, index) =>
    document.features.connections.map((features) => ({ dump: ids[index]!, features })),
  );
  const connectionRows = connections.map(({ dump, features }) => ({
    dump_id: dump,
    ...featureRow('features_connection', { ...features, connectionIdentifier: features.id }),
  }));
  const connectionIds = await insert(db, 'features_connection', connectionRows);
  const idOf = new Map(
    connections.map(({ dump, features: { id } }, index) => [`${dump} ${id}`, connectionIds[index]!]),
  );
  const tracks = dumps.flatMap(({ document }, index) =>
    document.features.tracks.map((features) => ({
      connection_id: idOf.get(`${ids[index]!} ${features.connection}`) ?? null,
      ...featureRow('features_track', features),
    })),
  );
  await insert(db, 'features_track', tracks);
  await sql`update sessions set features_processing_start = coalesce(features_processing_start, now()),
    features_processing_stop = now() where number in (${sql.join(dumps.map(({ number }) => number))})`.execute(db);
}

/** The columns that features fill. */
function featureRow(table: Parameters<typeof featureColumns>[0], features: object): Row {
  const known = features as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    featureColumns(table)
      .filter(({ name }) => name !== 'created_at')
      .map(({ name, type, feature, missing }) => [name, columnValue(type, known[feature]) ?? missing]),
  );
}

/** @returns the ids of the new rows, in the order of the rows */
async function insert(db: Kysely<CatalogTables>, table: string, rows: readonly Row[]): Promise<string[]> {
  const ids: string[] = [];
  const columns = Object.keys(rows[0] ?? {});
  const names = sql.join(columns.map((column) => sql.ref(column)));
  for (let start = 0; start < rows.length; start += MAX_ROWS) {
    const part = rows.slice(start, start + MAX_ROWS);
    const values = part.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
    const inserted = await sql<{ id: string }>`insert into ${sql.table(table)} (${names})
      values ${sql.join(values)} returning id`.execute(db);
    ids.push(...inserted.rows.map(({ id }) => id));
  }
  return ids;
}
