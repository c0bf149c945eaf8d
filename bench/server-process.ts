import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Unit of CPU times in proc(5); 100 on every Linux platform that Node.js supports. */
const CLOCK_TICKS_PER_SECOND = 100;

/** The gateway, or the baseline of bare-server.ts. */
export type ServerKind = 'gateway' | 'bare';

/** A server in a child process whose CPU time and memory are read from /proc. Linux only. */
export class ServerUnderLoad {
  readonly #process: ChildProcess;
  readonly #directory: string;
  readonly port: number;
  readonly adminPort: number;

  private constructor(process: ChildProcess, directory: string, ports: { port: number; adminPort?: number }) {
    this.#process = process;
    this.#directory = directory;
    this.port = ports.port;
    this.adminPort = ports.adminPort ?? 0;
  }

  /**
   * Starts a server on free ports and waits until it listens.
   *
   * @param environment environment variables in addition to those of this process
   * @param onLog called with each log entry
   */
  static async start(
    kind: ServerKind,
    environment: Readonly<Record<string, string>> = {},
    onLog: (entry: Record<string, unknown>) => void = () => {},
  ): Promise<ServerUnderLoad> {
    const directory = mkdtempSync(join(tmpdir(), 'rtcstats-bench-'));
    const main = join(import.meta.dirname, '../packages/server/src/main.ts');
    const flags = ['serve', '--host', '127.0.0.1', '--port', '0', '--admin-port', '0', '--data', directory];
    const args = kind === 'bare' ? [join(import.meta.dirname, 'bare-server.ts')] : [main, ...flags];
    const env = { ...process.env, RTCSTATS_LOG_FORMAT: 'json', ...environment };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ports = await new Promise<{ port: number; adminPort?: number }>((resolve, reject) => {
      child.once('exit', () => reject(new Error('The server exited before it listened')));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const entry = JSON.parse(line) as Record<string, unknown>;
        if (entry['msg'] === 'listening') resolve(entry as { port: number; adminPort?: number });
        else onLog(entry);
      });
    });
    return new ServerUnderLoad(child, directory, ports);
  }

  /**
   * CPU seconds so far, user and system: fields 14 and 15 of /proc/PID/stat (proc(5)). Field 2, the name in
   * parentheses, may contain spaces, so count after it.
   */
  get cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
  }

  /** Resident memory in KiB. */
  get residentKiB(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#process.pid}/status`, 'utf8'))![1]);
  }

  /** Kills the server and removes its data directory. */
  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/**
 * Settings that raise the limits of a gateway, so that a benchmark with this many connections from one address fits.
 */
export function withoutLimits(connections: number): Record<string, string> {
  const count = String(connections);
  return {
    RTCSTATS_SERVER_LIMITS_CONNECTIONS: count,
    RTCSTATS_SERVER_LIMITS_CONNECTIONS_PER_ADDRESS: count,
    RTCSTATS_SERVER_LIMITS_CONNECTIONS_PER_SECOND: count,
    RTCSTATS_SERVER_LIMITS_CONNECTIONS_PER_SECOND_PER_ADDRESS: count,
    RTCSTATS_SERVER_LIMITS_MESSAGES_PER_SECOND: '1000000',
    RTCSTATS_SERVER_LIMITS_BYTES_PER_SECOND: '134217728',
  };
}
