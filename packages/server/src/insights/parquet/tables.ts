import type { AnalysisDocument } from '@rtcstats-server/insights';
import type { ObservationRow } from '../../catalog/analyses.ts';
import type { ExportedCall } from '../../catalog/exports.ts';
import { columnValue, featureColumns } from '../../catalog/rtcstats-values.ts';
import { type Column, type ColumnType, dateOf, TableBuilder } from './column.ts';

/** The tables of the export: a folder each. */
export const PARQUET_TABLES = ['calls', 'observations', 'connections', 'tracks'] as const;
export type ParquetTable = (typeof PARQUET_TABLES)[number];

/** A row of a table that has several rows per call. */
interface Part<T> {
  readonly call: ExportedCall;
  readonly part: T;
}

/** The columns that say which analysis of which call a row belongs to. They are first in every table. */
const KEY: readonly Column<ExportedCall>[] = [
  { name: 'session_id', type: 'STRING', value: ({ id }) => id },
  { name: 'analyzed_at', type: 'TIMESTAMP', value: ({ analyzedAt }) => dateOf(analyzedAt) },
];

/** The features of a call: those of its client, and per connection and track. Empty if they were not stored. */
type Features = AnalysisDocument['features'];
interface CallWithFeatures {
  readonly call: ExportedCall;
  readonly features: Features;
}

/**
 * Columns that are filled in another way, and those that could lead to a person in a copy of the files, which another
 * program may keep after the session was removed: addresses, which a policy may encrypt; cities; and texts of errors,
 * which have pseudonyms of names in them.
 */
const LEFT_OUT = /^created_at$|^connection_identifier$|_address$|_city$|_failure$|^get_user_media_error$/;

/** Types of columns of the catalog, as columns of the files. */
const TYPES: Readonly<Record<string, ColumnType>> = {
  smallint: 'INT32',
  integer: 'INT32',
  'double precision': 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamptz: 'TIMESTAMP',
  jsonb: 'STRING',
  text: 'STRING',
};

const CALLS: readonly Column<CallWithFeatures>[] = [
  ...KEY.map(({ value, ...column }) => ({ ...column, value: ({ call }: CallWithFeatures) => value(call) })),
  ...fields<CallWithFeatures>([
    ['started_at', 'TIMESTAMP', ({ call }) => dateOf(call.startedAt)],
    ['ended_at', 'TIMESTAMP', ({ call }) => dateOf(call.endedAt)],
    ['analysis_version', 'INT32', ({ call }) => call.analysisVersion],
    ['verdict', 'STRING', ({ call }) => call.verdict],
    ['experience', 'INT32', ({ call }) => call.experience],
    ['audio', 'DOUBLE', ({ call }) => call.audio],
    ['video', 'DOUBLE', ({ call }) => call.video],
    ['connectivity', 'DOUBLE', ({ call }) => call.connectivity],
    ['severity', 'STRING', ({ call }) => call.severity],
    ['failure', 'STRING', ({ call }) => call.failure],
    ['browser', 'STRING', ({ call }) => call.browser],
    ['country', 'STRING', ({ call }) => call.country],
    ['origin', 'STRING', ({ call }) => call.origin],
    ['user_agent', 'STRING', ({ call }) => call.userAgent],
    ['host', 'STRING', ({ call }) => call.host],
  ]),
  ...features<CallWithFeatures>('features_client', ({ features }) => features.client, 'client_'),
];

const OBSERVATIONS: readonly Column<Part<ObservationRow>>[] = [
  ...keyOf<ObservationRow>(),
  ...fields<Part<ObservationRow>>([
    ['name', 'STRING', ({ part }) => part.name],
    ['severity', 'STRING', ({ part }) => part.severity],
    ['category', 'STRING', ({ part }) => part.category],
    ['scope', 'STRING', ({ part }) => part.scopeType],
    ['connection', 'STRING', ({ part }) => part.connection],
    ['track', 'STRING', ({ part }) => part.track],
    ['direction', 'STRING', ({ part }) => part.direction],
    ['from_time', 'TIMESTAMP', ({ part }) => dateOf(part.from)],
    ['to_time', 'TIMESTAMP', ({ part }) => dateOf(part.to)],
  ]),
];

const CONNECTIONS: readonly Column<Part<Features['connections'][number]>>[] = [
  ...keyOf<Features['connections'][number]>(),
  { name: 'connection', type: 'STRING', value: ({ part }) => part.id },
  ...features<Part<Features['connections'][number]>>('features_connection', ({ part }) => part),
];

const TRACKS: readonly Column<Part<Features['tracks'][number]>>[] = [
  ...keyOf<Features['tracks'][number]>(),
  { name: 'connection', type: 'STRING', value: ({ part }) => part.connection },
  ...features<Part<Features['tracks'][number]>>('features_track', ({ part }) => part),
];

/** The tables of one part, filled call by call. */
export class PartTables {
  readonly calls: TableBuilder<CallWithFeatures> = new TableBuilder(CALLS);
  readonly observations: TableBuilder<Part<ObservationRow>> = new TableBuilder(OBSERVATIONS);
  readonly connections: TableBuilder<Part<Features['connections'][number]>> = new TableBuilder(CONNECTIONS);
  readonly tracks: TableBuilder<Part<Features['tracks'][number]>> = new TableBuilder(TRACKS);

  add(call: ExportedCall): void {
    const document = call.document === null ? undefined : (JSON.parse(call.document) as AnalysisDocument);
    const found: Features = document?.features ?? { client: {}, connections: [], tracks: [] };
    this.calls.add({ call, features: found });
    for (const part of call.observations) this.observations.add({ call, part });
    for (const part of found.connections) this.connections.add({ call, part });
    for (const part of found.tracks) this.tracks.add({ call, part });
  }
}

type Field<Row> = readonly [name: string, type: ColumnType, value: Column<Row>['value']];

function fields<Row>(list: readonly Field<Row>[]): Column<Row>[] {
  return list.map(([name, type, value]) => ({ name, type, value }));
}

function keyOf<T>(): Column<Part<T>>[] {
  return KEY.map(({ name, type, value }) => ({ name, type, value: ({ call }) => value(call) }));
}

/**
 * The columns of features, with the names of the tables of the rtcstats project: `called_get_user_media`.
 *
 * @param prefix keeps `start_time` and others of the client apart from the columns of the call
 */
function features<Row>(
  table: Parameters<typeof featureColumns>[0],
  featuresOf: (row: Row) => object,
  prefix = '',
): Column<Row>[] {
  return featureColumns(table)
    .filter(({ name }) => !LEFT_OUT.test(name))
    .map(({ name, type, feature }) => ({
      name: prefix + name,
      type: TYPES[type]!,
      value: (row) => {
        const value = columnValue(type, (featuresOf(row) as Readonly<Record<string, unknown>>)[feature]);
        return type === 'timestamptz' ? dateOf(value as string | null) : value;
      },
    }));
}
