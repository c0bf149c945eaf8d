import { FEATURE_COLUMNS } from './migrations/007-feature-columns.ts';
import { toText } from './rows.ts';

/**
 * Values for the tables of the rtcstats project. Features come from what clients send, so a value may not fit its
 * column. It is rounded, clamped or left out then: a statement that fails would hold back the session.
 */

/** A column of one of the feature tables, and the feature that fills it. */
export interface FeatureColumn {
  readonly name: string;
  readonly type: string;
  /** The name of the feature: `called_get_user_media` is filled with `calledGetUserMedia`. */
  readonly feature: string;
  /** The value if the dump does not tell. */
  readonly missing: boolean | number | null;
}

type FeatureTable = keyof typeof FEATURE_COLUMNS;

const COLUMNS = new Map<FeatureTable, readonly FeatureColumn[]>(
  (Object.keys(FEATURE_COLUMNS) as FeatureTable[]).map((table) => [table, parseColumns(table)]),
);

/** The columns of a feature table that features fill. */
export function featureColumns(table: FeatureTable): readonly FeatureColumn[] {
  return COLUMNS.get(table)!;
}

function parseColumns(table: FeatureTable): FeatureColumn[] {
  return FEATURE_COLUMNS[table]
    .trim()
    .split(/\n\s*/)
    .map((definition) => {
      const [, name = '', rest = ''] = /^"?(\w+)"? (.*)$/.exec(definition) ?? [];
      const [type = '', missing] = rest.split(' default ');
      return { name, type, feature: camelCase(name), missing: defaultOf(missing) };
    });
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function defaultOf(text: string | undefined): boolean | number | null {
  if (text === undefined) return null;
  return text === 'false' ? false : Number(text);
}

const RANGES: Readonly<Record<string, number>> = { smallint: 2 ** 15 - 1, integer: 2 ** 31 - 1 };

/** A value for a column of this type; null if it has none. */
export function columnValue(type: string, value: unknown): string | number | boolean | null {
  switch (type) {
    case 'smallint':
    case 'integer': {
      if (typeof value !== 'number' || Number.isNaN(value)) return null;
      const limit = RANGES[type]!;
      return Math.round(Math.min(limit, Math.max(-limit, value)));
    }
    case 'double precision':
      return typeof value === 'number' && Number.isFinite(value) ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'timestamptz':
      return typeof value === 'number' ? timestamp(value) : null;
    case 'jsonb':
      return value === undefined ? null : jsonText(value);
    case 'text':
      return typeof value === 'string' || typeof value === 'number' ? toText(String(value)) : null;
    default:
      throw new TypeError(`There is no conversion to ${type}`);
  }
}

/** The range of years that ISO 8601 has without a sign. */
const MAX_TIME = Date.UTC(9999, 11, 31);

/** @param time milliseconds since the epoch */
export function timestamp(time: number): string | null {
  return time >= 0 && time <= MAX_TIME ? new Date(time).toISOString() : null;
}

/** JSON that PostgreSQL takes as `jsonb`, which has neither U+0000 nor lone surrogates. */
export function jsonText(value: unknown): string {
  // `JSON.stringify` writes these, and other control characters, as escapes; a backslash of a text is written twice.
  return JSON.stringify(value).replace(
    /(\\\\)|\\u(?:0000|d[89a-f][0-9a-f]{2})/g,
    (_, pair?: string) => pair ?? '\\ufffd',
  );
}
