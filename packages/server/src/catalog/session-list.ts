import { SEVERITIES, type Severity } from '@rtcstats-server/api/states';
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { GatewayError } from '../errors/gateway-error.ts';
import { summaryFromTable } from './analysis-rows.ts';
import { CONTRIBUTED } from './contribution.ts';
import { decodeScoreCursor, decodeStartCursor, encodeCursor } from './cursor.ts';
import type { EngineName } from './migrations/migration.ts';
import { fromTable, toText } from './rows.ts';
import type { AnalysesTable, CatalogTables, SessionsTable } from './schema.ts';
import type { ListedSession, SessionPage, SessionQuery } from './sessions.ts';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;
const NAME_COLUMNS = ['sessions.id', 'sessions.user_name', 'sessions.conference', 'sessions.session'] as const;
const SUMMARY_COLUMNS = [
  'analysis_version',
  'verdict',
  'experience',
  'audio',
  'video',
  'connectivity',
  'severity',
  'problems',
  'failure',
] as const;

/** The columns of an analysis, null where there is none. */
type OptionalAnalysis = { readonly [Column in keyof AnalysesTable]: AnalysesTable[Column] | null };
type ListedRow = SessionsTable & Pick<OptionalAnalysis, (typeof SUMMARY_COLUMNS)[number]>;
type Select = SelectQueryBuilder<
  CatalogTables & { readonly analyses: OptionalAnalysis },
  'sessions' | 'analyses',
  ListedRow
>;

/**
 * Reads a page of the list of sessions. Each order has an index that the page is read off: `sessions_by_…`, and with a
 * verdict or an observation `analyses_by_verdict` or `observed_by_name`, for the start; `analyses_by_score` for the
 * score.
 *
 * @throws GatewayError BAD_REQUEST as `Sessions.list`
 */
export async function listSessions(
  db: Kysely<CatalogTables>,
  engine: EngineName,
  query: SessionQuery,
): Promise<SessionPage> {
  const limit = query.limit ?? DEFAULT_PAGE;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new GatewayError('BAD_REQUEST', `limit: a whole number from 1 to ${MAX_PAGE} is needed`);
  }
  const all = db
    .selectFrom('sessions')
    .leftJoin('analyses', 'analyses.session_id', 'sessions.id')
    .selectAll('sessions')
    .select(SUMMARY_COLUMNS.map((column) => `analyses.${column}` as const)) as unknown as Select;
  const filtered = withAnalysis(withCall(withSession(all, query), engine, query), query);
  const ordered = query.sort === 'score' ? byScore(filtered, query) : byStart(filtered, query);
  // One row more than the page tells whether there is a next one.
  const rows = await ordered.limit(limit + 1).execute();
  const sessions = rows.slice(0, limit).map(listed);
  const last = sessions.at(-1);
  return { sessions, nextCursor: rows.length > limit && last ? cursorAfter(last, query) : null };
}

/** Conditions on the session itself. */
function withSession(all: Select, query: SessionQuery): Select {
  let select = all;
  if (query.user !== undefined) select = select.where('sessions.user_name', 'in', anyOf(query.user));
  if (query.conference !== undefined) select = select.where('sessions.conference', 'in', anyOf(query.conference));
  if (query.session !== undefined) select = select.where('sessions.session', 'in', anyOf(query.session));
  if (query.anyName !== undefined) {
    const names = anyOf(query.anyName);
    select = select.where((any) => any.or(NAME_COLUMNS.map((column) => any(column, 'in', names))));
  }
  if (query.state !== undefined) select = select.where('sessions.state', '=', query.state);
  if (query.origin !== undefined) select = select.where('sessions.origin', 'in', anyOf(query.origin));
  if (query.browser !== undefined) select = select.where('sessions.browser', '=', query.browser);
  if (query.country !== undefined) select = select.where('sessions.country', '=', toText(query.country));
  return select;
}

/** Conditions on what its analysis adds to the rollups, so that the list has the calls that the overview counts. */
function withCall(all: Select, engine: EngineName, query: SessionQuery): Select {
  let select = all;
  for (const name of ['os', 'network', 'route'] as const) {
    const value = query[name];
    if (value === undefined) continue;
    const at = CONTRIBUTED[name];
    const found =
      engine === 'sqlite'
        ? sql`json_extract(analyses.contribution, ${sql.lit(`$[${at}]`)})`
        : sql`analyses.contribution::json ->> ${sql.lit(at)}`;
    // As for the severity.
    select = select.where(sql<boolean>`coalesce(${found}, '') = ${toText(value)}`);
  }
  return select;
}

/** Conditions on its analysis. */
function withAnalysis(all: Select, query: SessionQuery): Select {
  const { verdict, observation, severity } = query;
  let select = all;
  if (verdict !== undefined) select = select.where('analyses.verdict', '=', verdict);
  if (observation !== undefined) return withObservation(select, observation, severity);
  if (severity === undefined) return select;
  // `coalesce`, because SQLite would otherwise begin with the analyses and sort all that match.
  return select.where(sql<boolean>`coalesce(analyses.severity, '') in (${sql.join(atLeast(severity))})`);
}

/** The join cannot repeat a session, because the table has one row per session and name. */
function withObservation(all: Select, name: string, severity: Severity | undefined): Select {
  const select = all
    .innerJoin('observed', 'observed.session_id', 'sessions.id')
    .where('observed.name', '=', toText(name));
  const severe = severity === undefined ? select : select.where('observed.severity', 'in', atLeast(severity));
  return severe as unknown as Select;
}

function atLeast(severity: Severity): readonly Severity[] {
  return SEVERITIES.slice(0, SEVERITIES.indexOf(severity) + 1);
}

/** Newest first. The columns are those of the index that the conditions select; their values are the session's. */
function byStart(all: Select, query: SessionQuery): Select {
  const { from, to, minScore, maxScore, cursor, observation, verdict } = query;
  const table = observation !== undefined ? 'observed' : verdict !== undefined ? 'analyses' : 'sessions';
  const start = sql.ref(`${table}.started_at`);
  const id = sql.ref(table === 'sessions' ? 'sessions.id' : `${table}.session_id`);
  let select = all.orderBy(start, 'desc').orderBy(id, 'desc');
  if (from !== undefined) select = select.where(sql<boolean>`${start} >= ${from}`);
  if (to !== undefined) select = select.where(sql<boolean>`${start} < ${to}`);
  // As for the severity.
  if (minScore !== undefined) select = select.where(sql<boolean>`coalesce(analyses.experience, -1) >= ${minScore}`);
  if (maxScore !== undefined) select = select.where(sql<boolean>`coalesce(analyses.experience, 101) <= ${maxScore}`);
  if (cursor === undefined) return select;
  const after = decodeStartCursor(cursor);
  return select.where(sql<boolean>`(${start}, ${id}) < (${after.startedAt}, ${toText(after.id)})`);
}

/** The lowest score first; among equal ones the highest id first, which is the newest. */
function byScore(all: Select, { from, to, minScore, maxScore, cursor }: SessionQuery): Select {
  let select = all
    .where('analyses.experience', 'is not', null)
    .orderBy('analyses.experience')
    .orderBy('analyses.session_id', 'desc');
  // The start as the index has it.
  if (from !== undefined) select = select.where('analyses.started_at', '>=', from);
  if (to !== undefined) select = select.where('analyses.started_at', '<', to);
  if (minScore !== undefined) select = select.where('analyses.experience', '>=', minScore);
  if (maxScore !== undefined) select = select.where('analyses.experience', '<=', maxScore);
  if (cursor === undefined) return select;
  const { experience, id } = decodeScoreCursor(cursor);
  return select
    .where('analyses.experience', '>=', experience)
    .where((where) =>
      where.or([where('analyses.experience', '>', experience), where('analyses.session_id', '<', toText(id))]),
    );
}

function cursorAfter({ id, startedAt, scores }: ListedSession, { sort }: SessionQuery): string {
  return encodeCursor(sort === 'score' ? { experience: scores?.experience ?? 0, id } : { startedAt, id });
}

function listed(row: ListedRow): ListedSession {
  const { analysis_version, verdict, problems } = row;
  if (analysis_version === null || verdict === null || problems === null) {
    return { ...fromTable(row), verdict: null, scores: null, problems: [], analysisFailure: null };
  }
  const summary = summaryFromTable({ ...row, analysis_version, verdict, problems });
  const { experience, audio, video, connectivity, failure } = summary;
  return {
    ...fromTable(row),
    verdict: summary.verdict,
    scores: { experience, audio, video, connectivity },
    problems: summary.problems,
    analysisFailure: failure,
  };
}

/** The names as a list, in the form in which the tables store text. */
function anyOf(names: string | readonly string[]): readonly string[] {
  return (typeof names === 'string' ? [names] : names).map(toText);
}
