import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

type Mode =
  | { readonly kind: 'pass' | 'hang' }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  | { readonly kind: 'cut'; readonly bytes: number };

/** Bytes that are handed on at a time when the way is slow. */
const SLOW_PIECE = 4096;

/**
 * A TCP proxy on a free port of the loopback that behaves as a bad network does. Each call changes what becomes of all
 * connections, those that are open included; `pass` makes it a good one again.
 */
export class TcpProxy {
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #mode: Mode = { kind: 'pass' };
  /** Ends the waits of the mode that is over. */
  #changed = Promise.withResolvers<void>();
  #connections = 0;
  #heldBytes = 0;
  port = 0;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
  }

  /** In front of a port of the loopback. Ended, if it is not before, when the test ends. */
  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await proxy.#listen();
    onTestFinished(() => proxy.stop());
    return proxy;
  }

  /** Connections taken so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Bytes that were read from a socket and not handed on, because the proxy hangs. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Everything goes through; what a hanging way held back as well. */
  async pass(): Promise<void> {
    this.#set({ kind: 'pass' });
    await this.#listen();
  }

  /** Nobody listens, and open connections are reset: a server that is down. */
  async refuse(): Promise<void> {
    this.#set({ kind: 'pass' });
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    this.#reset();
    await closed;
  }

  /** Connections are taken and kept, and no byte goes through, in neither direction: a lost network. */
  async hang(): Promise<void> {
    this.#set({ kind: 'hang' });
    await this.#listen();
  }

  /** At most so many bytes a second on each connection and in each direction. */
  async slow(bytesPerSecond: number): Promise<void> {
    this.#set({ kind: 'slow', bytesPerSecond });
    await this.#listen();
  }

  /** Each connection is reset as soon as its target has answered so many bytes from now on. */
  async cutAfter(bytes: number): Promise<void> {
    this.#set({ kind: 'cut', bytes });
    await this.#listen();
  }

  async stop(): Promise<void> {
    await this.refuse();
  }

  #set(mode: Mode): void {
    this.#mode = mode;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  async #listen(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ allowHalfOpen: true }, (client) => this.#join(client));
    this.#server = server;
    // The first time any port, afterwards that one again.
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as { port: number }).port;
  }

  #reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #join(client: Socket): void {
    this.#connections++;
    const target = connect({ port: this.#targetPort, host: '127.0.0.1', allowHalfOpen: true });
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
    }
    void this.#pump(client, target, false);
    void this.#pump(target, client, true);
  }

  async #pump(from: Socket, to: Socket, isAnswer: boolean): Promise<void> {
    let answered = 0;
    let counted: Mode | undefined;
    try {
      // Reading to the end must not close the other direction.
      for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        let rest = chunk;
        while (rest.length > 0) {
          const mode = this.#mode;
          if (mode !== counted) answered = 0;
          counted = mode;
          if (mode.kind === 'hang') {
            this.#heldBytes += rest.length;
            await this.#changed.promise;
            this.#heldBytes -= rest.length;
            continue;
          }
          const allowed = mode.kind === 'cut' && isAnswer ? mode.bytes - answered : rest.length;
          const piece = rest.subarray(0, Math.min(allowed, mode.kind === 'slow' ? SLOW_PIECE : rest.length));
          rest = rest.subarray(piece.length);
          answered += piece.length;
          if (mode.kind === 'slow') {
            await Promise.race([pause((piece.length / mode.bytesPerSecond) * 1000), this.#changed.promise]);
          }
          if (piece.length > 0 && !to.write(piece)) await once(to, 'drain');
          if (mode.kind === 'cut' && isAnswer && answered >= mode.bytes) {
            // What was let through should arrive before the reset does.
            await new Promise<void>((resolve) => to.write('', () => resolve()));
            await pause(20);
            to.resetAndDestroy();
            return;
          }
        }
      }
      to.end();
    } catch {
      // One of the two is gone; its listeners end the other.
    }
  }
}
