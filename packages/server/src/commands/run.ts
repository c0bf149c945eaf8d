import { nearest } from '../config/nearest.ts';
import type { ErrorCode } from '../errors/errors.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { errorFields } from '../log/log.ts';
import { note, paint, print } from '../terminal/terminal.ts';
import { usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { COMMANDS } from './command-table.ts';
import { version } from './version.ts';

/** Errors that answer the question, with exit code 1: there is no such session, dump or hold. */
const ANSWERS: ReadonlySet<ErrorCode> = new Set(['SESSION_NOT_FOUND', 'DUMP_NOT_FOUND', 'HOLD_NOT_FOUND']);

const SEE_COMMAND = 'rtcstats-server COMMAND --help';

function overview(): string {
  const names = Object.keys(COMMANDS);
  const width = Math.max(...names.map((name) => name.length));
  return [
    'rtcstats-server - the privacy gateway for WebRTC call statistics',
    '',
    'Usage: rtcstats-server COMMAND [flags]',
    '',
    ...names.map((name) => `  ${name.padEnd(width)}  ${COMMANDS[name]!.summary}`),
    '',
    `\`${SEE_COMMAND}\` explains a command. Exit codes: 0 done, 1 the answer is no, 2 failed.`,
    '',
    'Example: rtcstats-server serve --port 8080 --data ./data',
  ].join('\n');
}

/** Runs one command line; never rejects. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  exitWhenReaderCloses(process.stdout);
  exitWhenReaderCloses(process.stderr);
  try {
    return await dispatch(args);
  } catch (error) {
    report(error);
    return error instanceof GatewayError && ANSWERS.has(error.code) ? 1 : 2;
  }
}

async function dispatch([name, ...rest]: readonly string[]): Promise<ExitCode> {
  if (name === undefined) {
    note(overview());
    return 2;
  }
  if (name === '--version' || name === '-v') {
    print(version());
    return 0;
  }
  const asked = name === 'help' || name === '--help' || name === '-h';
  const wanted = asked ? rest[0] : name;
  if (wanted === undefined) {
    print(overview());
    return 0;
  }
  const entry = Object.hasOwn(COMMANDS, wanted) ? COMMANDS[wanted] : undefined;
  if (entry === undefined) throw usageError(unknownCommand(wanted));
  const command = await entry.load();
  if (asked || asksForHelp(rest)) {
    print(command.help.trim());
    return 0;
  }
  return await command.run(rest, COMMANDS);
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

function unknownCommand(name: string): string {
  const match = nearest(name, Object.keys(COMMANDS));
  const hint = match === undefined ? '' : `; did you mean ${match}?`;
  return `There is no command ${JSON.stringify(name)}${hint}`;
}

/**
 * Prints what happened and where, what to do, and the code for docs/errors.md. Messages of other errors are not
 * printed, because they may quote data.
 */
function report(error: unknown): void {
  const title = paint('red', 'rtcstats-server:', process.stderr);
  if (error instanceof GatewayError) {
    const todo = `${error.todo} [${error.code}]`;
    const several = error.message.includes('\n');
    const stop = /[.?!]$/.test(error.message) ? '' : '.';
    note(several ? `${title} ${error.message}\n${todo}` : `${title} ${error.message}${stop} ${todo}`);
  } else {
    note(`${title} unexpected error; please report it with the following details. [INTERNAL]`);
    note(JSON.stringify(errorFields(error), null, 2));
  }
}

/** A reader such as `head` may close the pipe early. That is not a failure, so there is no stack trace. */
function exitWhenReaderCloses(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
  });
}
