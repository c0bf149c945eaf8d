import {
  DECODE_ONLY_METHODS,
  DECODE_ONLY_STATS_PROPERTIES,
  METHOD_CODES,
  STATS_PROPERTY_CODES,
  STATS_TYPE_CODES,
} from './tables.ts';

/** A method that has a code in the protocol. Applications send other methods, such as `:userRating`. */
export type MethodName = keyof typeof METHOD_CODES;
/** A type of statistics report (W3C webrtc-stats). */
export type StatsType = keyof typeof STATS_TYPE_CODES;

/** A name as written in a dump: its number, for a few names a letter, or the name itself. */
export type Code = string | number;

// Maps instead of the objects, because a dump may contain names such as "constructor" or "__proto__".
const methodCodes = codesByName(METHOD_CODES);
const methodNames = namesByCode(METHOD_CODES, DECODE_ONLY_METHODS);
const statsTypeCodes = codesByName(STATS_TYPE_CODES);
const statsTypeNames = namesByCode(STATS_TYPE_CODES, {});
const statsPropertyCodes = codesByName(STATS_PROPERTY_CODES);
const statsPropertyNames = namesByCode(STATS_PROPERTY_CODES, DECODE_ONLY_STATS_PROPERTIES);

/** The shortest code that all importers understand; the name itself if it has none. */
export function methodCode(name: string): Code {
  return methodCodes.get(name) ?? name;
}

/** The name of a method. `20` and `"20"` are the same code; an unknown code is returned as a string. */
export function methodName(code: Code): string {
  return methodNames.get(String(code)) ?? String(code);
}

/** The code of a report type; the name itself if it has none. */
export function statsTypeCode(name: string): Code {
  return statsTypeCodes.get(name) ?? name;
}

/** The name of a report type; an unknown code is returned as a string. */
export function statsTypeName(code: Code): string {
  return statsTypeNames.get(String(code)) ?? String(code);
}

/**
 * The code of a property of a report, as a string because it is a key of a JSON object; the name itself if it has none.
 */
export function statsPropertyCode(name: string): string {
  return String(statsPropertyCodes.get(name) ?? name);
}

/** The name of a property of a report; an unknown key is returned unchanged. */
export function statsPropertyName(key: string): string {
  return statsPropertyNames.get(key) ?? key;
}

function codesByName(table: Readonly<Record<string, Code>>): ReadonlyMap<string, Code> {
  return new Map(Object.entries(table));
}

function namesByCode(
  table: Readonly<Record<string, Code>>,
  decodeOnly: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const written = Object.entries(table).map(([name, code]) => [String(code), name] as const);
  return new Map([...Object.entries(decodeOnly), ...written]);
}
