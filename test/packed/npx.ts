import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { cleanEnvironment } from './project.ts';

export interface ServedByNpx {
  readonly port: number;
  readonly adminPort: number;
  /** Sends SIGTERM and waits until the gateway has finished. */
  stop(): Promise<void>;
}

/**
 * Runs `npx rtcstats-server serve` in a project, in a process group of its own, because npx starts a shell that starts
 * the gateway.
 */
export async function serveWithNpx(project: string, data: string): Promise<ServedByNpx> {
  const flags = ['--host', '127.0.0.1', '--port', '0', '--admin-port', '0', '--data', data];
  const child = spawn('npx', ['--no-install', 'rtcstats-server', 'serve', ...flags], {
    cwd: project,
    detached: true,
    env: { ...cleanEnvironment(), RTCSTATS_LOG_FORMAT: 'json', RTCSTATS_SERVER_UPLOAD_PATH: '/upload' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Unlike `exit`, this waits for the gateway too, because it holds the pipe.
  const closed = once(child, 'close');
  const stop = async (): Promise<void> => {
    process.kill(-child.pid!, 'SIGTERM');
    await closed;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = JSON.parse(line) as { msg: string; port: number; adminPort: number };
    if (entry.msg !== 'listening') continue;
    child.stdout.resume();
    return { port: entry.port, adminPort: entry.adminPort, stop };
  }
  throw new Error('The gateway ended before it listened');
}
