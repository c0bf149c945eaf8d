import { once } from 'node:events';
import { WebSocket } from 'ws';
import { recordings } from './corpus.ts';

/** Sockets that are opened at the same time. */
const OPENING = 200;
/** Turns a second: the sockets send one after the other, so that the load is even. */
const TICKS = 50;
/** What may wait in a socket when it sends as fast as it can. */
const BUFFERED_BYTES = 256 * 1024;

/** Many clients on one server, in this process. */
export class Clients {
  readonly #sockets: readonly WebSocket[];
  /** The statistics of the recordings, one a message. */
  readonly #messages: readonly Buffer[];
  sent = 0;
  sentBytes = 0;

  private constructor(sockets: readonly WebSocket[]) {
    this.#sockets = sockets;
    const lines = recordings().flatMap(({ bytes }) => bytes.toString('utf8').trimEnd().split('\n'));
    this.#messages = lines.filter((line) => line.startsWith('["g"')).map((line) => Buffer.from(line));
  }

  static async connect(port: number, count: number): Promise<Clients> {
    const sockets: WebSocket[] = [];
    while (sockets.length < count) {
      const batch = Array.from({ length: Math.min(OPENING, count - sockets.length) }, () => {
        return new WebSocket(`ws://127.0.0.1:${port}/bench`, 'rtcstats#5.0', { perMessageDeflate: false });
      });
      await Promise.all(batch.map((socket) => once(socket, 'open')));
      sockets.push(...batch);
    }
    return new Clients(sockets);
  }

  /** Each socket sends one message a second. */
  async pace(seconds: number): Promise<void> {
    const began = performance.now();
    for (let tick = 0; tick < seconds * TICKS; tick++) {
      for (let i = tick % TICKS; i < this.#sockets.length; i += TICKS) this.#send(i, i + Math.floor(tick / TICKS));
      const wait = began + ((tick + 1) * 1000) / TICKS - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  /** Each socket sends as fast as the server takes it. */
  async flood(seconds: number): Promise<void> {
    const until = performance.now() + seconds * 1000;
    for (let turn = 0; performance.now() < until; turn++) {
      for (let i = 0; i < this.#sockets.length; i++) {
        if (this.#sockets[i]!.bufferedAmount < BUFFERED_BYTES) this.#send(i, turn + i);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    while (this.#sockets.some(({ bufferedAmount }) => bufferedAmount > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Closes them as clients do, so many a second. */
  async close(perSecond: number): Promise<void> {
    const began = performance.now();
    for (const [index, socket] of this.#sockets.entries()) {
      const wait = began + (index * 1000) / perSecond - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      socket.close(1000);
    }
  }

  terminate(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  #send(socket: number, turn: number): void {
    const message = this.#messages[turn % this.#messages.length]!;
    this.#sockets[socket]!.send(message, { binary: false });
    this.sent += 1;
    this.sentBytes += message.length;
  }
}
