import { once } from 'node:events';
import { WebSocket } from 'ws';
import { ServerUnderLoad } from '../../bench/server-process.ts';
import { BOMBS } from './bombs.ts';

const MIB = 1024 * 1024;
const PING_EVERY_MS = 5;
const QUIET_MS = 2000;

/** How long a bystander waited for an answer while one message was anonymized, in milliseconds. */
export interface Delay {
  readonly name: string;
  readonly longest: number;
}

/**
 * Sends each of the worst messages known, at 1 MiB, to a gateway, and measures the longest time between a ping of
 * another connection and its pong. The first row is without a message: the machine's own delay.
 */
export async function measureDelays(): Promise<Delay[]> {
  const server = await ServerUnderLoad.start('gateway', {
    RTCSTATS_SERVER_LIMITS_MESSAGES_PER_SECOND: '100000',
    RTCSTATS_SERVER_LIMITS_BYTES_PER_SECOND: String(1024 * MIB),
    RTCSTATS_SERVER_PROCESSES: '1',
  });
  try {
    const url = `ws://127.0.0.1:${server.port}/room`;
    const bystander = await open(url);
    const delays: Delay[] = [{ name: 'no message', longest: await longestPing(bystander, pause(QUIET_MS)) }];
    for (const { name, message } of BOMBS) {
      const text = Buffer.from(message(MIB - 1024));
      const attacker = await open(url);
      attacker.send('["a",null,"before",1]');
      attacker.send(text, { binary: false });
      attacker.close(1000);
      delays.push({ name, longest: await longestPing(bystander, once(attacker, 'close')) });
    }
    // Dumps are verified in the meantime.
    delays.push({ name: 'verification of these dumps', longest: await longestPing(bystander, pause(5 * QUIET_MS)) });
    bystander.terminate();
    return delays;
  } finally {
    await server.stop();
  }
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

async function longestPing(socket: WebSocket, until: Promise<unknown>): Promise<number> {
  let isOver = false;
  void until.then(() => {
    isOver = true;
  });
  let longest = 0;
  while (!isOver) {
    const began = performance.now();
    socket.ping();
    await once(socket, 'pong');
    longest = Math.max(longest, performance.now() - began);
    await pause(PING_EVERY_MS);
  }
  return longest;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
