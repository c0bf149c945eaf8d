import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@rtcstats-server/testing/client';
import { readDump, scratchDirectory, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';

/** `npm run test:whole` tries both formats. */
const FORMATS = process.env['WHOLE_TESTS'] === 'true' ? ['gzip', 'zstd'] : ['gzip'];
const SESSIONS = 200;
const FLUSH_INTERVAL_MS = 1000;

/**
 * A client that knows which messages the server has received: it sends a ping after each message, and the server
 * answers a ping only after everything that was sent before it.
 */
class TrackingClient {
  readonly #socket: WebSocket;
  readonly #number: number;
  #sent = 0;
  /** Number of received messages by the time at which the client knew. */
  readonly #arrived: { count: number; at: number }[] = [];

  constructor(socket: WebSocket, number: number) {
    this.#socket = socket;
    this.#number = number;
    socket.on('error', () => {});
    socket.on('pong', (count) => this.#arrived.push({ count: Number(count.toString()), at: performance.now() }));
  }

  send(): void {
    // Long and short messages, so that the kill may cut a line in the middle.
    const padding = 'x'.repeat(this.#sent % 7 === 0 ? 3000 : 40);
    this.#socket.send(JSON.stringify([':client', null, { client: this.#number, n: this.#sent++, padding }, 1]));
    this.#socket.ping(String(this.#sent));
  }

  /** Number of messages known to have been received at `time`. */
  arrivedBefore(time: number): number {
    return this.#arrived.findLast(({ at }) => at <= time)?.count ?? 0;
  }
}

it.each(FORMATS)(
  'loses no message that was received at least one flush interval before a SIGKILL, with %s',
  async (format) => {
    const data = join(await scratchDirectory(), 'data');
    const environment = { RTCSTATS_STORAGE_COMPRESSION_FORMAT: format };
    const first = await startServer(data, environment);
    const sockets = await Promise.all(Array.from({ length: SESSIONS }, () => connect(`${first.url}/room`)));
    const clients = sockets.map((socket, number) => new TrackingClient(socket, number));

    // Send until the server has had messages of every client for longer than the flush interval, then kill it while
    // sending.
    await new Promise<void>((resolve) => {
      const begun = performance.now();
      const sending = setInterval(() => {
        for (const client of clients) client.send();
        const now = performance.now();
        if (now - begun < 2 * FLUSH_INTERVAL_MS) return;
        if (clients.some((client) => client.arrivedBefore(now - 1.5 * FLUSH_INTERVAL_MS) === 0)) return;
        clearInterval(sending);
        resolve();
      }, 40);
    });
    const killed = performance.now();
    await first.kill('SIGKILL');

    const second = await startServer(data, environment);
    await second.logged('session finished', SESSIONS);
    expect(await second.kill('SIGTERM')).toBe(0);

    const dumps = await storedDumps(data);
    expect(dumps).toHaveLength(SESSIONS);
    const seen = new Set<number>();
    for (const path of dumps) {
      const lines = await readDump(path);
      expect(lines.at(-1)).toBe('["close",null,1006,0]');
      const events = lines
        .slice(2, -1)
        .map((line) => JSON.parse(line) as [string, null, { client: number; n: number }]);
      expect(events.map(([, , { n }]) => n)).toEqual(events.map((_, index) => index));
      const { client } = events[0]![2];
      seen.add(client);
      expect(events.length).toBeGreaterThanOrEqual(clients[client]!.arrivedBefore(killed - FLUSH_INTERVAL_MS));
    }
    expect(seen.size).toBe(SESSIONS);
    expect(await readdir(join(data, 'spool'))).toEqual([]);
  },
);
