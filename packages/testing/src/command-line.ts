import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));

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
  return spawn(process.execPath, [...(options.node ?? []), MAIN, ...args], {
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
