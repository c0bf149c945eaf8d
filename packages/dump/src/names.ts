import {
  DECODE_ONLY_METHODS,
  DECODE_ONLY_STATS_PROPERTIES,
  METHOD_CODES,
  STATS_PROPERTY_CODES,
  STATS_TYPE_CODES,
} from './tables.ts';

/** A method that the protocol has a code for. Applications send others of their own, such as `:userRating`. */
export type MethodName = keyof typeof METHOD_CODES;
export type StatsType = keyof typeof STATS_TYPE_CODES;

/** How a name stands on the wire: a number, one of the few letters, or the name itself. */
export type Code = string | number;

// Maps rather than the objects themselves: a dump may well say "constructor" or "__proto__".
const methodCodes = codesByName(METHOD_CODES);
const methodNames = namesByCode(METHOD_CODES, DECODE_ONLY_METHODS);
const statsTypeCodes = codesByName(STATS_TYPE_CODES);
const statsTypeNames = namesByCode(STATS_TYPE_CODES, {});
const statsPropertyCodes = codesByName(STATS_PROPERTY_CODES);
const statsPropertyNames = namesByCode(STATS_PROPERTY_CODES, DECODE_ONLY_STATS_PROPERTIES);

/** The shortest code that every importer understands; a name without one comes back as it is. */
export function methodCode(name: string): Code {
  return methodCodes.get(name) ?? name;
}

/** The name of a method. `20` and `"20"` are the same code; an unknown one comes back as text. */
export function methodName(code: Code): string {
  return methodNames.get(String(code)) ?? String(code);
}

export function statsTypeCode(name: string): Code {
  return statsTypeCodes.get(name) ?? name;
}

export function statsTypeName(code: Code): string {
  return statsTypeNames.get(String(code)) ?? String(code);
}

/** The key that stands for a property of a report; keys of JSON objects are text, so this is text too. */
export function statsPropertyCode(name: string): string {
  return String(statsPropertyCodes.get(name) ?? name);
}

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
