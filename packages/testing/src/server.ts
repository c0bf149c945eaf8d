import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, createReadStream, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { onTestFinished, vi } from 'vitest';
import { textOf } from '../../server/src/dump-content/forms.ts';
import { PROGRAM } from './program.ts';

/** A line of the JSON log. */
export interface LogEntry {
  readonly msg: string;
  readonly [key: string]: unknown;
}

/** A gateway in a child process, on free ports, with a JSON log at level trace. */
export class ServerProcess {
  readonly #process: ChildProcess;
  readonly #entries: LogEntry[] = [];
  readonly #checks = new Set<() => void>();
  #logFile: string | undefined;
  /** Everything that it has written to standard output and standard error. */
  output = '';
  /** Resolves to the exit code; null after a signal that it did not handle. */
  readonly exited: Promise<number | null>;
  /** Port of the public listener; 0 until `listening` has resolved. */
  port = 0;
  /** Port of the admin listener; 0 until `listening` has resolved. */
  adminPort = 0;

  /**
   * @param args flags of `serve`
   * @param environment environment variables in addition to those of this process
   * @param main the program; default: see `PROGRAM`
   */
  constructor(args: readonly string[], environment: Readonly<Record<string, string>>, main: string = PROGRAM) {
    this.#process = spawn(process.execPath, [main, 'serve', '--port', '0', '--admin-port', '0', ...args], {
      env: { ...process.env, RTCSTATS_LOG_FORMAT: 'json', RTCSTATS_LOG_LEVEL: 'trace', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.#process, 'close').then(([code]) => code as number | null);
    this.#process.stderr?.on('data', (chunk: Buffer) => this.#append(chunk.toString()));
    createInterface({ input: this.#process.stdout! }).on('line', (line) => {
      this.#append(`${line}\n`);
      if (line.startsWith('{')) this.#entries.push(JSON.parse(line) as LogEntry);
      for (const check of this.#checks) check();
    });
  }

  /** Writes past and future output to a file. */
  logTo(path: string): void {
    this.#logFile = path;
    writeFileSync(path, this.output);
  }

  #append(text: string): void {
    this.output += text;
    if (this.#logFile !== undefined) appendFileSync(this.#logFile, text);
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Waits until the gateway listens. Rejects if it exits first. */
  async listening(): Promise<void> {
    const [entry] = await this.logged('listening');
    this.port = entry?.['port'] as number;
    this.adminPort = entry?.['adminPort'] as number;
  }

  /** URL of the public listener, for WebSockets. */
  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** URL of the admin listener. */
  get api(): string {
    return `http://127.0.0.1:${this.adminPort}`;
  }

  /** Log entries with this message so far. */
  entries(message: string): LogEntry[] {
    return this.#entries.filter(({ msg }) => msg === message);
  }

  /** Waits until `count` entries with this message are in the log. Rejects if the process exits first. */
  async logged(message: string, count = 1): Promise<LogEntry[]> {
    const reached = new Promise<void>((resolve) => {
      const check = (): void => {
        if (this.entries(message).length < count) return;
        this.#checks.delete(check);
        resolve();
      };
      this.#checks.add(check);
      check();
    });
    const ended = this.exited.then((code) => {
      if (this.entries(message).length < count) throw new Error(`The server ended (${code}):\n${this.output}`);
    });
    await Promise.race([reached, ended]);
    return this.entries(message);
  }

  /** Sends a signal and waits for the exit. @returns the exit code; null if the signal ended the process */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    this.#process.kill(signal);
    return await this.exited;
  }
}

/** Starts a gateway on free ports and waits until it listens. It is killed at the end of the test if it still runs. */
export async function startServer(
  dataDirectory: string,
  environment: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
  main?: string,
): Promise<ServerProcess> {
  const server = new ServerProcess(['--data', dataDirectory, ...flags], environment, main);
  onTestFinished(async () => {
    await server.kill('SIGKILL');
  });
  await server.listening();
  return server;
}

/** Runs a command until it exits. @returns the exit code, and both output streams in one text */
export async function runCommand(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** Creates an empty directory that is removed at the end of the test. @returns its path */
export async function scratchDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/**
 * Waits until all of these lines are on disk in the spool, where they survive the end of the process: in the file of a
 * session or in the write-ahead log.
 */
export async function untilSpooled(dataDirectory: string, lines: readonly string[]): Promise<void> {
  const spool = join(dataDirectory, 'spool');
  await vi.waitUntil(async () => {
    const names = await readdir(spool, { recursive: true });
    const files = names.filter((name) => /\.(journal|open|closed)$/.test(name));
    // A file that is removed meanwhile was written to another one before.
    const texts = await Promise.all(files.map((name) => readFile(join(spool, name), 'utf8').catch(() => '')));
    return lines.every((line) => texts.some((text) => text.includes(`${line}\n`)));
  });
}

/** Paths of all dumps in the local storage of a data directory. */
export async function storedDumps(dataDirectory: string): Promise<string[]> {
  const names = await readdir(join(dataDirectory, 'dumps'), { recursive: true });
  return names.filter((name) => /\.(gz|zst)$/.test(name)).map((name) => join(dataDirectory, 'dumps', name));
}

/** Reads the lines of a compressed dump. @throws if the last line is not complete */
export async function readDump(path: string): Promise<string[]> {
  const lines = await text(textOf(createReadStream(path)));
  if (!lines.endsWith('\n')) throw new Error('The last line is not complete');
  return lines.slice(0, -1).split('\n');
}

/**
 * The lines with the foundations of ICE candidates and the groups of addresses numbered in their order. They are keyed
 * per session, so that two dumps of the same messages differ in them and in nothing else.
 */
export function withNumberedFoundations(lines: readonly string[]): string[] {
  const numbers = new Map<string, number>();
  return lines.map((line) =>
    line.replace(/\b(?:f[g-z]{9}|(?:net|addr)-[a-p]{8})\b/g, (foundation) => {
      if (!numbers.has(foundation)) numbers.set(foundation, numbers.size + 1);
      return `foundation ${numbers.get(foundation)}`;
    }),
  );
}
