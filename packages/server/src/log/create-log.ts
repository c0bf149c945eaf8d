import { styleText } from 'node:util';
import { type Logger, pino } from 'pino';
import { LogOutput } from './log-output.ts';

/** The part of the configuration that says what is logged, and how (`log`). */
export interface LogSettings {
  readonly level: string;
  /** `json`: one JSON object per line; `pretty`: text for people; `auto`: text on a terminal only. */
  readonly format: 'json' | 'pretty' | 'auto';
}

/** Whether standard output should get text for people instead of one JSON object per line. */
export function isForPeople({ format }: LogSettings): boolean {
  return format === 'pretty' || (format === 'auto' && process.stdout.isTTY === true);
}

/** A log and its buffer. */
export interface OpenLog {
  readonly log: Logger;
  readonly output: LogOutput;
}

/**
 * Opens the log of the configuration, on standard output. It never blocks and takes a bounded amount of memory: lines
 * that nobody reads are dropped and counted, because sessions are worth more than the log.
 *
 * @param fd default: standard output
 */
export function openLog(settings: LogSettings, fd = 1): OpenLog {
  const options = { level: settings.level, base: null, formatters: { level: (label: string) => ({ level: label }) } };
  const output = new LogOutput(fd, (lines) => {
    log.warn({ lines }, 'lines of the log were dropped, because they were not read or could not be written');
  });
  const format = isForPeople(settings) ? (line: string) => `${prettyLine(line)}\n` : (line: string) => line;
  const log: Logger = pino(options, { write: (line: string) => output.write(format(line)) });
  return { log, output };
}

type Style = Parameters<typeof styleText>[0];

const STYLES: Readonly<Record<string, Style>> = {
  fatal: 'red',
  error: 'red',
  warn: 'yellow',
  info: 'green',
};

/**
 * `14:02:11 info  session stored  session=…  messages=412`
 *
 * Not `pino-pretty` (13.2.0), which writes `14:02:11 INFO: session stored {"session":…}`: the colon cannot be
 * configured away, the fields as `key=value` would have to be written by a function like this one, and it brings 13
 * direct dependencies.
 */
export function prettyLine(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const name = String(level);
  const rest = Object.entries(fields).map(([key, value]) => paint('dim', `${key}=${formatValue(value)}`));
  return [`${paint('dim', clock)} ${paint(STYLES[name] ?? 'dim', name.padEnd(5))} ${msg ?? ''}`, ...rest].join('  ');
}

/** Colored on a terminal only, and not where NO_COLOR is set (https://no-color.org). */
function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout, validateStream: true });
}

/** Quoted when it has spaces, quotes or equals signs, so that the pairs can be told apart. */
function formatValue(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}
