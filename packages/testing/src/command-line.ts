import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** The real program, as tests of the command line start it. */

const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));

/** What real browsers sent; see its README. */
export const RECORDINGS = fileURLToPath(new URL('../../../test/recordings/', import.meta.url));

export interface ProgramOptions {
  /** The working directory. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** Flags of Node itself. */
  readonly node?: readonly string[];
}

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly bytes: Buffer;
  readonly stderr: string;
}

export type Program = ChildProcessByStdio<Writable, Readable, Readable>;

export function startProgram(args: readonly string[], options: ProgramOptions): Program {
  // Nothing that is set where the tests run should decide how they end.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(RTCSTATS_|FORCE_COLOR|NODE_OPTIONS)/.test(name));
  return spawn(process.execPath, [...(options.node ?? []), MAIN, ...args], {
    cwd: options.cwd,
    env: { ...Object.fromEntries(inherited), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

export async function runProgram(args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  const program = startProgram(args, options);
  // A program that does not want its input closes it; that is for it to decide.
  program.stdin.on('error', () => {});
  program.stdin.end(options.stdin ?? '');
  const [bytes, stderr] = await Promise.all([buffer(program.stdout), text(program.stderr), once(program, 'close')]);
  return { code: program.exitCode, stdout: bytes.toString(), bytes, stderr };
}

/** An empty directory, removed after the tests of the file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'command-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** What a command that is called in this process prints. */
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
