/** An object from JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value of a dump is an object, and not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of an object; undefined if `value` is no object. Members that every object inherits do not count. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The value if it is a text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value if it is a number that JSON can hold. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The value if it is a boolean. */
export function flagOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** The state of a state-change event. Dumps made by Chromium itself have it in quotation marks (`"\"connected\""`). */
export function stateOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text?.startsWith('"') && text.endsWith('"') && text.length > 1 ? text.slice(1, -1) : text;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The features that have a value. Features that cannot be told are absent, because null and NaN say nothing. */
export function present<const T extends object>(features: T): Present<T> {
  const found: Record<string, unknown> = {};
  for (const name in features) {
    const value = features[name] as unknown;
    if (value !== undefined && !Number.isNaN(value)) found[name] = value;
  }
  return found as Present<T>;
}

/** A quotient; undefined if a part is missing or the divisor is 0. */
export function quotient(dividend: number | undefined, divisor: number | undefined): number | undefined {
  return dividend === undefined || divisor === undefined || divisor === 0 ? undefined : dividend / divisor;
}
