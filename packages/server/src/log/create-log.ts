import { type Logger, pino } from 'pino';
import { paint } from '../terminal/terminal.ts';

/** The part of the configuration that says what is logged, and how (`log`). */
export interface LogSettings {
  readonly level: string;
  /** `json`: one JSON object per line; `pretty`: text for people; `auto`: text on a terminal only. */
  readonly format: 'json' | 'pretty' | 'auto';
}

/** Whether text for people is wanted on standard output, rather than one JSON object per line. */
export function isForPeople({ format }: LogSettings): boolean {
  return format === 'pretty' || (format === 'auto' && process.stdout.isTTY === true);
}

/** Bytes of log lines that are held in memory while the log cannot be written. */
const MAX_BACKLOG_BYTES = 1024 * 1024;

/**
 * The log of the configuration, on standard output. Written at once, so that nothing is missing after a crash. While it
 * cannot be written (a full disk), lines are kept up to a limit and then dropped: sessions are worth more than the log.
 */
export function createLog(settings: LogSettings, output = 1): Logger {
  const options = { level: settings.level, base: null, formatters: { level: (label: string) => ({ level: label }) } };
  if (!isForPeople(settings)) {
    const destination = pino.destination({ dest: output, sync: true, maxLength: MAX_BACKLOG_BYTES });
    // Without a listener it would end the process.
    destination.on('error', () => {});
    return pino(options, destination);
  }
  return pino(options, { write: (line: string) => void process.stdout.write(`${prettyLine(line)}\n`) });
}

const STYLES: Readonly<Record<string, Parameters<typeof paint>[0]>> = {
  fatal: 'red',
  error: 'red',
  warn: 'yellow',
  info: 'green',
};

/** `14:02:11 info  session stored  session=…  messages=412` */
export function prettyLine(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const name = String(level);
  const rest = Object.entries(fields).map(([key, value]) => paint('dim', `${key}=${formatValue(value)}`));
  return [`${paint('dim', clock)} ${paint(STYLES[name] ?? 'dim', name.padEnd(5))} ${msg ?? ''}`, ...rest].join('  ');
}

function formatValue(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}
