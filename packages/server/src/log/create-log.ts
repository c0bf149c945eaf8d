import { styleText } from 'node:util';
import { type Logger, pino } from 'pino';

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

/** Lines that are kept while the log cannot be written, in bytes. */
const MAX_BACKLOG_BYTES = 1024 * 1024;

/**
 * Creates the log of the configuration, on standard output. It is written synchronously, so that nothing is missing
 * after a crash. While it cannot be written (a full disk, a reader that has left), lines are kept up to a limit and
 * then dropped, because sessions are worth more than the log.
 */
export function createLog(settings: LogSettings, output = 1): Logger {
  const options = { level: settings.level, base: null, formatters: { level: (label: string) => ({ level: label }) } };
  const destination = pino.destination({ dest: output, sync: true, maxLength: MAX_BACKLOG_BYTES });
  // Without a listener, an error would end the process.
  destination.on('error', () => {});
  if (!isForPeople(settings)) return pino(options, destination);
  return pino(options, { write: (line: string) => void destination.write(`${prettyLine(line)}\n`) });
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
