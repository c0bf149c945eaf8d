import { once } from 'node:events';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { recordings } from './corpus.ts';

/** Sockets to open at the same time. */
const CONCURRENT_CONNECTS = 200;
/** Each tick, a share of the sockets sends, so that the load is even. */
const TICKS_PER_SECOND = 50;
/** Delay between two pieces of a message: long enough for the server to read the first piece separately. */
const PIECE_DELAY_MS = 3;
/** A flooding socket pauses while it has this many bytes in its send buffer. */
const MAX_BUFFERED_BYTES = 256 * 1024;

/** Many clients of one server, in this process. They send the `getStats` messages of the recordings. */
export class Clients {
  readonly #sockets: readonly WebSocket[];
  readonly #messages: readonly Buffer[];
  readonly #inPieces: boolean;
  /** Messages sent so far. */
  sent = 0;
  /** Payload bytes sent so far. */
  sentBytes = 0;

  private constructor(sockets: readonly WebSocket[], inPieces: boolean) {
    this.#sockets = sockets;
    this.#inPieces = inPieces;
    const lines = recordings().flatMap(({ bytes }) => bytes.toString('utf8').trimEnd().split('\n'));
    this.#messages = lines.filter((line) => line.startsWith('["g"')).map((line) => Buffer.from(line));
  }

  /**
   * Opens `count` connections to a port of the loopback interface.
   *
   * @param inPieces sends each message in two TCP segments, as networks and proxies may deliver it
   */
  static async connect(port: number, count: number, inPieces = false): Promise<Clients> {
    const sockets: WebSocket[] = [];
    while (sockets.length < count) {
      const batch = Array.from({ length: Math.min(CONCURRENT_CONNECTS, count - sockets.length) }, () => {
        return new WebSocket(`ws://127.0.0.1:${port}/bench`, 'rtcstats#5.0', { perMessageDeflate: false });
      });
      await Promise.all(batch.map((socket) => once(socket, 'open')));
      sockets.push(...batch);
    }
    return new Clients(sockets, inPieces);
  }

  /** Each socket sends one message per second. */
  async pace(seconds: number): Promise<void> {
    const began = performance.now();
    for (let tick = 0; tick < seconds * TICKS_PER_SECOND; tick++) {
      for (let i = tick % TICKS_PER_SECOND; i < this.#sockets.length; i += TICKS_PER_SECOND)
        this.#send(i, i + Math.floor(tick / TICKS_PER_SECOND));
      const wait = began + ((tick + 1) * 1000) / TICKS_PER_SECOND - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  /** Each socket sends as fast as the server reads. Resolves when all send buffers are empty. */
  async flood(seconds: number): Promise<void> {
    const until = performance.now() + seconds * 1000;
    for (let turn = 0; performance.now() < until; turn++) {
      for (let i = 0; i < this.#sockets.length; i++) {
        if (this.#sockets[i]!.bufferedAmount < MAX_BUFFERED_BYTES) this.#send(i, turn + i);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    while (this.#sockets.some(({ bufferedAmount }) => bufferedAmount > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Closes the sockets with code 1000. @param perSecond sockets to close per second */
  async close(perSecond: number): Promise<void> {
    const began = performance.now();
    for (const [index, socket] of this.#sockets.entries()) {
      const wait = began + (index * 1000) / perSecond - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      socket.close(1000);
    }
  }

  /** Destroys all sockets without a close frame. */
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

/** Sends a text frame (RFC 6455, 5.2) of 126 bytes to 64 KiB with a masking key of zeros, in two pieces. */
function sendInPieces(socket: WebSocket, message: Buffer): void {
  const { _socket: connection } = socket as unknown as { readonly _socket: Socket };
  const { length } = message;
  const header = Buffer.from([0x81, 0xfe, length >> 8, length & 0xff, 0, 0, 0, 0]);
  connection.write(Buffer.concat([header, message.subarray(0, length >>> 1)]));
  setTimeout(() => connection.write(message.subarray(length >>> 1)), PIECE_DELAY_MS);
}
