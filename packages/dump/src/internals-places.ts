import { isObject, type JsonObject } from './json-object.ts';
/** One property of one report of a connection over time. */
export interface Series {
  readonly report: string;
  readonly property: string;
  /** The type of the report; empty if it is missing. */
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly endTime: number;
  /** JSON text of a list. */
  readonly values: string;
}

/** The objects in a list; empty for a value that is not a list. */
export function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The properties of an object that are objects. */
export function entriesOf(value: unknown): [string, JsonObject][] {
  return isObject(value)
    ? Object.entries(value).filter((entry): entry is [string, JsonObject] => isObject(entry[1]))
    : [];
}

/**
 * The series of a connection. Those that the page computed from others, such as `[bytesSent_in_bits/s]`, are left out.
 */
export function* seriesOf(connection: JsonObject): Generator<Series, void> {
  for (const [key, { startTime, endTime, statsType, values }] of entriesOf(connection['stats'])) {
    // Ids contain dashes, names of properties do not.
    const dash = key.lastIndexOf('-');
    const property = key.slice(dash + 1);
    if (dash < 0 || property === '' || property.startsWith('[') || typeof values !== 'string') continue;
    const [start, end] = [dateOf(startTime), dateOf(endTime)];
    if (Number.isNaN(start) || Number.isNaN(end)) continue;
    const type = typeof statsType === 'string' ? statsType : '';
    yield { report: key.slice(0, dash), property, type, startTime: start, endTime: Math.max(start, end), values };
  }
}

function dateOf(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

/** The value of a JSON text; undefined if it is not JSON. The error is dropped because it quotes the text. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
