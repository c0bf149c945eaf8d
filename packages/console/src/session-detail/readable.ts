import { methodName, statsPropertyName, statsTypeName } from '@rtcstats-server/dump';

type JsonObject = Readonly<Record<string, unknown>>;

/** The beginning of a line with the name of its method instead of the code that clients send for it. */
export function readableLine({ method, text }: { readonly method: string; readonly text: string }): string {
  return text.replace(/^\[(?:\d{1,4}|"[^"\\]{0,64}"),/, `[${JSON.stringify(method)},`);
}

/** A line, formatted, with names instead of numbers for its method and for properties of statistics. */
export function readableEvent(line: string): string {
  const event = parse(line);
  if (!Array.isArray(event)) return prettyLine(line);
  const [code, scope, value, ...rest] = event as unknown[];
  const method = typeof code === 'number' || typeof code === 'string' ? methodName(code) : code;
  const shown = method === 'getStats' ? readableStats(value) : value;
  return pretty([method, scope, shown, ...rest]);
}

/** A line as it is stored, formatted. */
export function prettyLine(line: string): string {
  const value = parse(line);
  return value === undefined ? line : pretty(value);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function pretty(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll('\\r\\n', '\n      ');
}

function readableStats(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([id, report]) => [id, isObject(report) ? readableReport(report) : report]),
  );
}

function readableReport(report: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(report).map(([key, value]) => {
      const name = statsPropertyName(key);
      const isType = name === 'type' && (typeof value === 'string' || typeof value === 'number');
      return [name, isType ? statsTypeName(value) : value];
    }),
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
