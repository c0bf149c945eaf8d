import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
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
  // Settings in the environment of the test runner must not change the results.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(RTCSTATS_|FORCE_COLOR|NODE_OPTIONS)/.test(name));
  return spawn(process.execPath, [...(options.node ?? []), PROGRAM, ...args], {
    cwd: options.cwd,
    env: { ...Object.fromEntries(inherited), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs `rtcstats-server` with these arguments until it exits. */
export async function runProgram(args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
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
