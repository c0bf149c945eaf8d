import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createConfig } from '../../packages/server/src/config/config.ts';
import { startGateway } from '../../packages/server/src/gateway/gateway.ts';
import { BOMBS } from './bombs.ts';
import type { Order } from './client-thread.ts';

const MIB = 1024 * 1024;
/** The largest message that a gateway takes, and the largest that it anonymizes in the event loop whatever it is. */
const SIZES = [2 * MIB - 1024, 16 * 1024];

/** How long the event loop of the gateway stood still, in milliseconds. */
export interface Delay {
  readonly name: string;
  readonly longest: number;
}

/**
 * Sends each of the worst messages known to a gateway in this thread, and measures the longest turn of the event
 * loop: the CPU time of this thread, because the time on a clock has the delays of a busy machine in it as well.
 */
export async function measureDelays(): Promise<Delay[]> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'rtcstats-bombs-'));
  const limits = { messagesPerSecond: 100_000, bytesPerSecond: 128 * MIB };
  const server = { port: 0, host: '127.0.0.1', limits };
  const config = createConfig({ server, admin: { port: 0 }, log: { level: 'silent' }, dataDirectory });
  const gateway = await startGateway(config);
  const url = `ws://127.0.0.1:${gateway.publicAddress.port}/room`;
  const clients = new Worker(new URL('./client-thread.ts', import.meta.url), {
    workerData: { url },
  });
  try {
    const delays: Delay[] = [];
    for (const bytes of SIZES) {
      for (const [index, { name }] of BOMBS.entries()) {
        const closed = once(clients, 'message');
        clients.postMessage({ index, bytes } satisfies Order);
        delays.push({ name: `${Math.round(bytes / 1024)} KiB: ${name}`, longest: await longestTurn(closed) });
      }
    }
    delays.push({ name: 'the rest of the verification', longest: await longestTurn(untilFinished(gateway)) });
    return delays;
  } finally {
    await clients.terminate();
    await gateway.stop();
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}

async function untilFinished(gateway: { readonly pendingSessions: number }): Promise<void> {
  while (gateway.pendingSessions > 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function longestTurn(until: Promise<unknown>): Promise<number> {
  let isOver = false;
  void until.then(() => {
    isOver = true;
  });
  let longest = 0;
  let before = process.threadCpuUsage();
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    longest = Math.max(longest, (user + system) / 1000);
  }
  return longest;
}
