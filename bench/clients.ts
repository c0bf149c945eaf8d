import { once } from 'node:events';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { recordings } from './corpus.ts';

/** Sockets that are opened at the same time. */
const OPENING = 200;
/** Turns a second: the sockets send one after the other, so that the load is even. */
const TICKS = 50;
/** Longer than a server takes to read the first one. */
const PIECES_APART_MS = 3;
/** What may wait in a socket when it sends as fast as it can. */
const BUFFERED_BYTES = 256 * 1024;

/** Many clients on one server, in this process. */
export class Clients {
  readonly #sockets: readonly WebSocket[];
  /** The statistics of the recordings, one a message. */
  readonly #messages: readonly Buffer[];
  readonly #inPieces: boolean;
  sent = 0;
  sentBytes = 0;

  private constructor(sockets: readonly WebSocket[], inPieces: boolean) {
    this.#sockets = sockets;
    this.#inPieces = inPieces;
    const lines = recordings().flatMap(({ bytes }) => bytes.toString('utf8').trimEnd().split('\n'));
    this.#messages = lines.filter((line) => line.startsWith('["g"')).map((line) => Buffer.from(line));
  }

  /** `inPieces`: each message comes in two pieces, as networks and proxies deliver them. */
  static async connect(port: number, count: number, inPieces = false): Promise<Clients> {
    const sockets: WebSocket[] = [];
    while (sockets.length < count) {
      const batch = Array.from({ length: Math.min(OPENING, count - sockets.length) }, () => {
        return new WebSocket(`ws://127.0.0.1:${port}/bench`, 'rtcstats#5.0', { perMessageDeflate: false });
      });
      await Promise.all(batch.map((socket) => once(socket, 'open')));
      sockets.push(...batch);
    }
    return new Clients(sockets, inPieces);
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
    if (this.#inPieces) sendInPieces(this.#sockets[socket]!, message);
    else this.#sockets[socket]!.send(message, { binary: false });
    this.sent += 1;
    this.sentBytes += message.length;
  }
}

/** RFC 6455, 5.2: a text frame of 126 bytes to 64 KiB, with a mask of zeros. */
function sendInPieces(socket: WebSocket, message: Buffer): void {
  const { _socket: connection } = socket as unknown as { readonly _socket: Socket };
  const { length } = message;
  const header = Buffer.from([0x81, 0xfe, length >> 8, length & 0xff, 0, 0, 0, 0]);
  connection.write(Buffer.concat([header, message.subarray(0, length >>> 1)]));
  setTimeout(() => connection.write(message.subarray(length >>> 1)), PIECES_APART_MS);
}
