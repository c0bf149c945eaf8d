import { type ChildProcess, type ChildProcessByStdio, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { HostedCommand, HostedResult } from './command-host.ts';
import { PROGRAM } from './program.ts';

/** Directory of the recordings of real browsers; see its README. */
export const RECORDINGS = fileURLToPath(new URL('../../../test/recordings/', import.meta.url));

/** How to start `rtcstats-server`. */
export interface ProgramOptions {
  /** Working directory. */
  readonly cwd: string;
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Content of standard input; empty by default. */
  readonly stdin?: string | Uint8Array;
  /** Flags for Node.js, before the script. */
  readonly node?: readonly string[];
}

/** Result of a run. */
export interface ProgramResult {
  /** Exit code; null after a signal. */
  readonly code: number | null;
  readonly stdout: string;
  /** Standard output as bytes. */
  readonly bytes: Buffer;
  readonly stderr: string;
}

/** A running `rtcstats-server`. */
export type Program = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts `rtcstats-server` with these arguments in a child process. */
export function startProgram(args: readonly string[], options: ProgramOptions): Program {
  return spawn(process.execPath, [...(options.node ?? []), PROGRAM, ...args], {
    cwd: options.cwd,
    env: environmentOf(options),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Settings in the environment of the test runner must not change the results. */
function environmentOf({ env }: ProgramOptions): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(RTCSTATS_|FORCE_COLOR|NODE_OPTIONS)/.test(name));
  return { ...(Object.fromEntries(inherited) as Record<string, string>), ...env };
}

/** Commands that a process of their own has run in this file. */
const ranAlone = new Set<string | undefined>();

/**
 * Runs `rtcstats-server` with these arguments to its end. The first time in a test file, each command runs in a process
 * of its own, which has to exit by itself; after that in one process for all, because that takes a tenth of the time.
 */
export async function runProgram(args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  if (!ranAlone.has(args[0]) || options.node !== undefined) {
    ranAlone.add(args[0]);
    return await runAlone(args, options);
  }
  const stdin = Buffer.from(options.stdin ?? '');
  const { code, stdout, stderr } = await hosted({ args, cwd: options.cwd, env: environmentOf(options), stdin });
  const bytes = Buffer.from(stdout);
  return { code, bytes, stdout: bytes.toString(), stderr: Buffer.from(stderr).toString() };
}

let host: ChildProcess | undefined;
let lastHosted: Promise<unknown> = Promise.resolve();

/** One command after the other, since they share the working directory and the standard streams of the host. */
function hosted(command: HostedCommand): Promise<HostedResult> {
  const result = lastHosted.then(() => runInHost(command));
  lastHosted = result.catch(() => {});
  return result;
}

async function runInHost(command: HostedCommand): Promise<HostedResult> {
  host ??= startHost();
  const ended = new AbortController();
  host.send(command);
  try {
    return await Promise.race([
      once(host, 'message', { signal: ended.signal }).then(([result]) => result as HostedResult),
      once(host, 'exit', { signal: ended.signal }).then(([code]): never => {
        host = undefined;
        throw new Error(`The host of commands ended (${code}) during: ${command.args.join(' ')}`);
      }),
    ]);
  } finally {
    ended.abort();
  }
}

/** The host ends when this process does, because it has nothing else to wait for then. */
function startHost(): ChildProcess {
  const script = fileURLToPath(new URL('./command-host.ts', import.meta.url));
  const child = fork(script, [], { serialization: 'advanced', stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  child.unref();
  child.channel?.unref();
  return child;
}

async function runAlone(args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  const program = startProgram(args, options);
  // A command may exit without reading its input, which is not an error of the test.
  program.stdin.on('error', () => {});
  program.stdin.end(options.stdin ?? '');
  const [bytes, stderr] = await Promise.all([buffer(program.stdout), text(program.stderr), once(program, 'close')]);
  return { code: program.exitCode, stdout: bytes.toString(), bytes, stderr };
}

/** Options of `runOnTerminal`. */
export interface TerminalOptions {
  readonly cwd: string;
  /** Width of the terminal, 120 by default. */
  readonly columns?: number;
  /** What to wait for on the screen, and what to type then. */
  readonly answer?: readonly [question: string, keys: string];
}

/** Runs `rtcstats-server` in a pseudo-terminal, which script(1) provides. @returns what it shows, and its exit code */
export async function runOnTerminal(
  args: readonly string[],
  { cwd, columns = 120, answer }: TerminalOptions,
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const quoted = [process.execPath, PROGRAM, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const command = `stty cols ${columns} rows 40; exec ${quoted}`;
  const flags =
    process.platform === 'darwin' ? ['-q', '/dev/null', 'sh', '-c', command] : ['-qec', command, '/dev/null'];
  const inherited = Object.entries(process.env).filter(([name]) => !/^(RTCSTATS_|FORCE_COLOR|NODE_OPTIONS)/.test(name));
  const terminal = spawn('script', flags, {
    cwd,
    env: Object.fromEntries(inherited),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(terminal, 'close');
  let screen = '';
  let isAnswered = false;
  for await (const chunk of terminal.stdout) {
    screen += String(chunk);
    if (answer !== undefined && !isAnswered && screen.includes(answer[0])) {
      isAnswered = true;
      terminal.stdin.write(answer[1]);
    }
  }
  terminal.stdin.end();
  await closed;
  return { code: terminal.exitCode, screen };
}

/** Creates an empty directory that is removed after the tests of the file. @returns its path */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'command-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Runs a command in this process. @returns what it writes to standard output */
export async function printedBy(work: () => Promise<unknown>): Promise<string> {
  const { stdout } = process;
  const { write } = stdout;
  let printed = '';
  stdout.write = (chunk: string | Uint8Array) => {
    printed += chunk.toString();
    return true;
  };
  try {
    await work();
  } finally {
    stdout.write = write;
  }
  return printed;
}
