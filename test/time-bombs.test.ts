import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { closeCode, connect } from '@rtcstats-server/testing/client';
import { readDump, scratchDirectory, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { BOMBS } from './time-bombs/bombs.ts';

const MIB = 1024 * 1024;
/**
 * Quadratic code takes minutes for the shorter messages too. `npm run test:whole` sends the longest that the default of
 * `server.limits.messageBytes` allows.
 */
const MESSAGE_BYTES = process.env['WHOLE_TESTS'] === 'true' ? 2 * MIB : MIB / 2;
/**
 * Milliseconds. Only a watchdog: on a busy machine a ping may take seconds, but with an event loop that stands still for
 * minutes it would take minutes. `npm run redteam:time` prints the exact times.
 */
const MAX_PING_MS = 20_000;

/** Measures how long the gateway takes to answer pings. */
class Bystander {
  readonly #socket: WebSocket;
  readonly #timer: NodeJS.Timeout;
  #pinged = 0;
  longest = 0;
  sent = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('pong', () => {
      this.longest = Math.max(this.longest, performance.now() - this.#pinged);
      this.#pinged = 0;
    });
    this.#timer = setInterval(() => this.#tick(), 20);
  }

  #tick(): void {
    this.#socket.send(`[":bystander",null,${this.sent++},1]`);
    if (this.#pinged > 0) return;
    this.#pinged = performance.now();
    this.#socket.ping();
  }

  async leave(): Promise<void> {
    clearInterval(this.#timer);
    this.#socket.close(1000);
    expect(await closeCode(this.#socket)).toBe(1000);
  }
}

async function quarantined(data: string): Promise<string[]> {
  const names = await readdir(join(data, 'quarantine'), { recursive: true });
  return names.filter((name) => name.endsWith('.gz')).map((name) => join(data, 'quarantine', name));
}

it('serves a bystander while others send the worst messages known, and finishes every session', async () => {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data, {
    RTCSTATS_SERVER_LIMITS_MESSAGES_PER_SECOND: '10000',
    RTCSTATS_SERVER_LIMITS_BYTES_PER_SECOND: String(64 * MIB),
  });
  const bystander = new Bystander(await connect(`${server.url}/bystander`));
  for (const bomb of BOMBS) {
    const socket = await connect(`${server.url}/attack`);
    socket.send('["a",null,"before",1795800000000]');
    socket.send(bomb.message(MESSAGE_BYTES - 1024));
    socket.send('["b",null,"after",1]');
    socket.close(1000);
    expect(await closeCode(socket), bomb.name).toBe(1000);
  }
  await bystander.leave();
  expect(bystander.longest).toBeLessThan(MAX_PING_MS);
  // What the verifier finds in them is not the question here.
  const finished = async (): Promise<string[]> => [...(await storedDumps(data)), ...(await quarantined(data))];
  await vi.waitFor(async () => expect(await finished()).toHaveLength(BOMBS.length + 1), 240_000);
  for (const path of await finished()) {
    const lines = (await readDump(path)).slice(2, -1);
    if (lines[0]?.startsWith('[":bystander"')) expect(lines).toHaveLength(bystander.sent);
    else {
      expect(lines[0]).toBe('["a",null,"before",1795800000000]');
      // A bomb that is dropped leaves its delta to this message.
      expect(lines.at(-1)).toMatch(/^\["b",null,"after",\d+\]$/);
    }
  }
  expect(server.output).not.toContain('VERIFICATION_FAILED');
  expect(await server.kill('SIGTERM')).toBe(0);
}, 600_000);
