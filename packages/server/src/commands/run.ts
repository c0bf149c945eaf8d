import { readFileSync } from 'node:fs';
import { nearest } from '../config/nearest.ts';
import type { ErrorCode } from '../errors/errors.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { errorFields } from '../log/log.ts';
import { note, paint, print } from '../terminal/terminal.ts';
import { usageError } from './arguments.ts';
import type { Command, ExitCode } from './command.ts';

/** Loaded only when called: `token` should not wait for the web server's code. */
const COMMANDS: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  serve: { summary: 'run the gateway', load: () => import('./serve.ts') },
  anonymize: { summary: 'anonymize a dump or recording that is a file', load: () => import('./anonymize.ts') },
  verify: { summary: 'check that nothing personal is left in dumps', load: () => import('./verify.ts') },
  sessions: { summary: 'list, show, write out or delete recorded sessions', load: () => import('./sessions.ts') },
  canary: {
    summary: 'send invented personal data through a running gateway and look for it',
    load: () => import('./canary.ts'),
  },
  forward: { summary: 'deliver the dump of a session to rtcstats.com', load: () => import('./forward.ts') },
  egress: { summary: 'list all that left this gateway', load: () => import('./egress.ts') },
  token: { summary: 'make a token for a client', load: () => import('./token.ts') },
  pseudonym: {
    summary: 'print the pseudonyms of a user, a conference or a device',
    load: () => import('./pseudonym.ts'),
  },
  migrate: { summary: 'bring the tables of the catalog up to date', load: () => import('./migrate.ts') },
  config: { summary: 'print, check or explain the configuration', load: () => import('./config.ts') },
};

/** Errors that are an answer: it was looked for, and it is not there. */
const ANSWERS: ReadonlySet<ErrorCode> = new Set(['SESSION_NOT_FOUND', 'DUMP_NOT_FOUND']);

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
    `\`${SEE_COMMAND}\` explains a command. Exit codes: 0 done, 1 the answer is no, 2 could not.`,
    '',
    'Example: rtcstats-server serve --port 8080 --data ./data',
  ].join('\n');
}

/** Runs one command line; never rejects. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  leaveWhenReaderLeaves(process.stdout);
  leaveWhenReaderLeaves(process.stderr);
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
    const file = new URL('../../package.json', import.meta.url);
    print((JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version);
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
  return await command.run(rest);
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

/** What and where, what to do, the code to look up in docs/errors.md. Of errors that are not ours no message: it may quote data. */
function report(error: unknown): void {
  const title = paint('red', 'rtcstats-server:', process.stderr);
  if (error instanceof GatewayError) {
    const todo = `${error.todo} [${error.code}]`;
    const several = error.message.includes('\n');
    const stop = /[.?!]$/.test(error.message) ? '' : '.';
    note(several ? `${title} ${error.message}\n${todo}` : `${title} ${error.message}${stop} ${todo}`);
  } else {
    note(`${title} failed in a way that was not foreseen; please report it with what follows. [INTERNAL]`);
    note(JSON.stringify(errorFields(error), null, 2));
  }
}

/** `… | head` closes the pipe early; that is no failure and no reason for a stack trace. */
function leaveWhenReaderLeaves(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
  });
}
