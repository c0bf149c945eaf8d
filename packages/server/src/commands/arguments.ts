import { parseArgs } from 'node:util';
import { nearest } from '../config/nearest.ts';
import { GatewayError } from '../errors/gateway-error.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** May be repeated; the values are kept in order. Otherwise the last one counts. */
  readonly multiple?: true;
  /** The values that shells complete; the command checks them itself. */
  readonly values?: readonly string[];
  /** The value is a path, which shells complete. */
  readonly path?: 'file' | 'directory';
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export interface Arguments<T extends OptionSpecs> {
  readonly values: {
    readonly [K in keyof T]?: T[K]['type'] extends 'boolean'
      ? boolean
      : T[K]['multiple'] extends true
        ? readonly string[]
        : string;
  };
  readonly positionals: readonly string[];
}

export function usageError(message: string, command?: string): GatewayError {
  const call = command === undefined ? 'rtcstats-server --help' : `rtcstats-server ${command} --help`;
  return new GatewayError('USAGE', message, { todo: `Run \`${call}\`.` });
}

/**
 * Parses the arguments of one command. `parseArgs` only finds the tokens. The checks are here, because its messages
 * name neither the nearest flag nor the command.
 *
 * @throws GatewayError USAGE
 */
export function parseArguments<const T extends OptionSpecs>(
  command: string,
  args: readonly string[],
  options: T,
): Arguments<T> {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const values: Record<string, string | boolean | string[]> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (spec === undefined) throw usageError(unknownFlag(command, token.rawName, Object.keys(options)), command);
    if (spec.type === 'boolean') {
      if (token.value !== undefined) throw usageError(`${token.rawName} takes no value`, command);
      values[token.name] = true;
    } else {
      // `--host --port 1` lacks a value: what starts with a dash is a flag unless it follows `=`. A single `-` is
      // standard input.
      const looksLikeFlag = !token.inlineValue && token.value?.startsWith('-') && token.value !== '-';
      if (token.value === undefined || looksLikeFlag) throw usageError(`${token.rawName} needs a value`, command);
      if (spec.multiple) values[token.name] = [...((values[token.name] as string[] | undefined) ?? []), token.value];
      else values[token.name] = token.value;
    }
  }
  return { values: values as Arguments<T>['values'], positionals };
}

function unknownFlag(command: string, flag: string, known: readonly string[]): string {
  const names = known.map((name) => `--${name}`);
  const match = nearest(flag, names);
  const hint = match === undefined ? `; known are ${names.join(', ')}` : `; did you mean ${match}?`;
  return `${command} has no flag ${flag}${hint}`;
}

/** Parses an integer between `min` and `max`. @throws GatewayError USAGE */
export function wholeNumber(text: string, flag: string, min: number, max: number, command: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw usageError(`${flag} must be an integer from ${min} to ${max}`, command);
}

/**
 * A date or time that a flag gives, as ISO 8601 in UTC.
 *
 * @throws GatewayError USAGE
 */
export function timeOf(text: string, flag: string, command: string): string {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw usageError(`${flag} must be a date or time such as 2026-01-31 or 2026-01-31T15:00:00Z`, command);
  }
  return time.toISOString();
}

/** The subcommand of a command that has several, such as `sessions list`. @throws GatewayError USAGE */
export function chooseAction<T extends string>(command: string, given: string | undefined, actions: readonly T[]): T {
  const action = actions.find((name) => name === given);
  if (action !== undefined) return action;
  const list = `${actions.slice(0, -1).join(', ')} or ${actions.at(-1)}`;
  if (given === undefined) throw usageError(`${command} needs a subcommand: ${list}`, command);
  const match = nearest(given, actions);
  const hint = match === undefined ? `; known are ${list}` : `; did you mean ${match}?`;
  throw usageError(`${command} has no subcommand ${JSON.stringify(given)}${hint}`, command);
}
