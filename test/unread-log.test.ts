import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sendSession } from '@rtcstats-server/testing/client';
import { canFreezeDisks, FrozenDisk } from '@rtcstats-server/testing/frozen-disk';
import { PROGRAM } from '@rtcstats-server/testing/program';
import { scratchDirectory, storedDumps } from '@rtcstats-server/testing/server';
import { expect, it, onTestFinished, vi } from 'vitest';

/** script(1), which runs a program in a terminal. */
const SCRIPT = '/usr/bin/script';
/** More than the log of one process can hold: 128 KiB and what the pipe takes, at about 200 bytes per session. */
const SESSIONS_PER_PROCESS = 800;
const CONCURRENT = 50;
const PIPE_BYTES = 64 * 1024;
/** Room for the lines of the start. */
const FREE_BYTES = 8 * 1024;
const DROPPED = 'lines of the log were dropped, because they were not read or could not be written';

interface Endpoints {
  readonly port: number;
  readonly adminPort: number;
}

interface Gateway extends Endpoints {
  readonly child: ChildProcess;
  readonly data: string;
  readonly log: NamedPipe;
}

/** A nearly full pipe, which is read only when the test says so. */
class NamedPipe {
  readonly writer: number;
  readonly #reader: number;
  #text = '';

  constructor(path: string) {
    execFileSync('mkfifo', [path]);
    this.#reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.writer = openSync(path, constants.O_WRONLY);
    onTestFinished(() => {
      closeSync(this.#reader);
      closeSync(this.writer);
    });
  }

  fill(): void {
    writeSync(this.writer, Buffer.alloc(PIPE_BYTES - FREE_BYTES, '\n'));
  }

  /** Reads until an entry with this message arrives. */
  async entry(message: string): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const lines = this.#text.split('\n');
      this.#text = lines.pop()!;
      for (const [index, line] of lines.entries()) {
        if (!line.startsWith('{')) continue;
        const entry = JSON.parse(line) as Record<string, unknown>;
        if (entry['msg'] !== message) continue;
        this.#text = [...lines.slice(index + 1), this.#text].join('\n');
        return entry;
      }
      await this.#read();
    }
  }

  async #read(): Promise<void> {
    const chunk = Buffer.alloc(PIPE_BYTES);
    try {
      const bytes = readSync(this.#reader, chunk);
      this.#text += chunk.toString('latin1', 0, bytes);
    } catch {
      // EAGAIN: nothing there yet
      await delay(5);
    }
  }
}

function settings(processes: number): Readonly<Record<string, string>> {
  return {
    RTCSTATS_LOG_FORMAT: 'json',
    RTCSTATS_SERVER_PROCESSES: String(processes),
    RTCSTATS_SERVER_LIMITS_CONNECTIONS_PER_SECOND_PER_ADDRESS: '10000',
  };
}

/** Starts a gateway, reads its log until it listens, and no further. */
async function start(processes: number, program = process.execPath, wrap = (args: string[]) => args): Promise<Gateway> {
  const directory = await scratchDirectory();
  const data = join(directory, 'data');
  const log = new NamedPipe(join(directory, 'log'));
  const child = spawn(program, wrap([PROGRAM, 'serve', '--port', '0', '--admin-port', '0', '--data', data]), {
    env: { ...process.env, ...settings(processes) },
    stdio: ['ignore', log.writer, log.writer],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { port, adminPort } = await log.entry('listening');
  log.fill();
  return { child, data, log, port: Number(port), adminPort: Number(adminPort) };
}

async function sendSessions({ port }: Endpoints, sessions = SESSIONS_PER_PROCESS): Promise<void> {
  let left = sessions;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await sendSession(`ws://127.0.0.1:${port}/room`, ['["getStats",null,{},1]']);
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
}

async function isHealthy({ port }: Endpoints): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/healthcheck`, { signal: AbortSignal.timeout(10_000) });
  return response.ok;
}

async function droppedLines({ adminPort }: Endpoints): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  return Number(/^rtcstats_log_lines_dropped_total (\d+)$/m.exec(text)?.[1]);
}

async function untilDropped(gateway: Endpoints): Promise<void> {
  await vi.waitUntil(async () => (await droppedLines(gateway)) > 0, { timeout: 120_000, interval: 200 });
}

/** Sessions in the storage, or complete in the spool for the next start. */
async function keptSessions(data: string): Promise<number> {
  const spool = await readdir(join(data, 'spool'), { recursive: true });
  const stored = new Set((await storedDumps(data)).map((path) => path.replace(/^.*\/|\.gz$/g, '')));
  for (const name of spool) if (name.endsWith('.closed')) stored.add(name.replace(/^.*\/|\.closed$/g, ''));
  return stored.size;
}

/** False for a process that has ended, although its parent has not read its exit code: script is blocked. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

for (const processes of [1, 2]) {
  it(`serves and stops while nobody reads its log from a pipe (processes: ${processes})`, async () => {
    const gateway = await start(processes);
    const sessions = SESSIONS_PER_PROCESS * processes;
    await sendSessions(gateway, sessions);
    expect(await isHealthy(gateway)).toBe(true);
    await untilDropped(gateway);

    const exited = once(gateway.child, 'exit');
    gateway.child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(await keptSessions(gateway.data)).toBe(sessions);
  });
}

it('says how many lines it dropped as soon as somebody reads', async () => {
  const gateway = await start(1);
  await sendSessions(gateway);
  await untilDropped(gateway);
  const { level, lines } = await gateway.log.entry(DROPPED);
  expect(level).toBe('warn');
  expect(lines).toBeGreaterThan(0);
});

it.skipIf(!existsSync(SCRIPT))('serves and stops while its terminal takes no output', async () => {
  // Nobody reads what script writes, so it stops reading from the terminal, which then blocks like one after Ctrl-S.
  const command = (args: string[]): string[] => {
    const pidFile = args.at(-1)!.replace(/data$/, 'pid');
    return ['-qfc', `echo $$ > ${pidFile}; exec ${process.execPath} ${args.join(' ')}`, '/dev/null'];
  };
  const gateway = await start(1, SCRIPT, command);
  // The terminal and script take some of the log, too.
  const sessions = 2 * SESSIONS_PER_PROCESS;
  const pid = Number(await readFile(join(gateway.data, '../pid'), 'utf8'));
  await sendSessions(gateway, sessions);
  expect(await isHealthy(gateway)).toBe(true);
  await untilDropped(gateway);

  process.kill(pid, 'SIGTERM');
  await vi.waitUntil(() => !isRunning(pid));
  expect(await keptSessions(gateway.data)).toBe(sessions);
});

it.skipIf(!canFreezeDisks())('serves and stops while the disk with its log file hangs', async () => {
  const disk = new FrozenDisk(await scratchDirectory());
  const file = join(disk.directory, 'log');
  const output = openSync(file, 'w');
  const data = join(await scratchDirectory(), 'data');
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', '--admin-port', '0', '--data', data], {
    env: { ...process.env, ...settings(1), ...disk.environment },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  onTestFinished(() => void child.kill('SIGKILL'));
  const listening = /^.*"msg":"listening".*\n/m;
  await vi.waitUntil(async () => listening.test(await readFile(file, 'utf8')));
  const gateway = JSON.parse(listening.exec(await readFile(file, 'utf8'))![0]) as Endpoints;
  disk.freeze();
  await sendSessions(gateway);
  expect(await isHealthy(gateway)).toBe(true);
  await untilDropped(gateway);

  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(await keptSessions(data)).toBe(SESSIONS_PER_PROCESS);
});
