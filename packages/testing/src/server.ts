import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { onTestFinished } from 'vitest';

const MAIN = join(import.meta.dirname, '../../server/src/main.ts');

export interface LogEntry {
  readonly msg: string;
  readonly [key: string]: unknown;
}

/** The real server in a process of its own. */
export class ServerProcess {
  readonly #process: ChildProcess;
  readonly #entries: LogEntry[] = [];
  readonly #waiting = new Set<() => void>();
  #logFile: string | undefined;
  /** Everything it wrote, both streams. */
  output = '';
  /** Resolves to the exit code; null after a signal that it did not handle. */
  readonly exited: Promise<number | null>;
  port = 0;
  adminPort = 0;

  /** @param main the program; default: the sources of the checkout */
  constructor(args: readonly string[], environment: Readonly<Record<string, string>>, main: string = MAIN) {
    this.#process = spawn(process.execPath, [main, 'serve', '--port', '0', '--admin-port', '0', ...args], {
      env: { ...process.env, RTCSTATS_LOG_FORMAT: 'json', RTCSTATS_LOG_LEVEL: 'trace', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.#process, 'close').then(([code]) => code as number | null);
    this.#process.stderr?.on('data', (chunk: Buffer) => this.#heard(chunk.toString()));
    createInterface({ input: this.#process.stdout! }).on('line', (line) => {
      this.#heard(`${line}\n`);
      if (line.startsWith('{')) this.#entries.push(JSON.parse(line) as LogEntry);
      for (const check of this.#waiting) check();
    });
  }

  /** Writes what it has said and what it will say to a file. */
  logTo(path: string): void {
    this.#logFile = path;
    writeFileSync(path, this.output);
  }

  #heard(text: string): void {
    this.output += text;
    if (this.#logFile !== undefined) appendFileSync(this.#logFile, text);
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Waits until it listens. */
  async listening(): Promise<void> {
    const [entry] = await this.logged('listening');
    this.port = entry?.['port'] as number;
    this.adminPort = entry?.['adminPort'] as number;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  get api(): string {
    return `http://127.0.0.1:${this.adminPort}`;
  }

  entries(message: string): LogEntry[] {
    return this.#entries.filter(({ msg }) => msg === message);
  }

  /** Waits until `count` entries with this message were logged. Rejects when the process ends first. */
  async logged(message: string, count = 1): Promise<LogEntry[]> {
    const reached = new Promise<void>((resolve) => {
      const check = (): void => {
        if (this.entries(message).length < count) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
    const ended = this.exited.then((code) => {
      if (this.entries(message).length < count) throw new Error(`The server ended (${code}):\n${this.output}`);
    });
    await Promise.race([reached, ended]);
    return this.entries(message);
  }

  async kill(signal: NodeJS.Signals): Promise<number | null> {
    this.#process.kill(signal);
    return await this.exited;
  }
}

/** Starts the server on free ports; resolves when it listens. Killed, if it still runs, when the test ends. */
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

/** Runs a command to its end. */
export async function runCommand(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** An empty directory that is gone when the test is over. */
export async function scratchDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Paths of the stored dumps. */
export async function storedDumps(dataDirectory: string): Promise<string[]> {
  const names = await readdir(join(dataDirectory, 'dumps'), { recursive: true });
  return names.filter((name) => name.endsWith('.gz')).map((name) => join(dataDirectory, 'dumps', name));
}

/** The lines of a dump; fails when the last one is torn. */
export async function readDump(path: string): Promise<string[]> {
  const text = (await promisify(gunzip)(await readFile(path))).toString();
  if (!text.endsWith('\n')) throw new Error('The last line is torn');
  return text.slice(0, -1).split('\n');
}
