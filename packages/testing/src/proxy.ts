import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

type Mode =
  | { readonly kind: 'pass' | 'hang' }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  | { readonly kind: 'cut'; readonly bytes: number };

/** Bytes to pass on at a time in the mode `slow`. */
const SLOW_CHUNK_BYTES = 4096;

/**
 * A TCP proxy on a free port of the loopback interface that simulates network failures. Each method changes the
 * behavior of all connections, including open ones; `pass` restores normal operation.
 */
export class TcpProxy {
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #mode: Mode = { kind: 'pass' };
  /** Resolves when the mode changes, to end waits of the previous mode. */
  #changed = Promise.withResolvers<void>();
  #connections = 0;
  #heldBytes = 0;
  port = 0;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
  }

  /** Starts a proxy in front of a port of the loopback interface. It stops at the end of the test at the latest. */
  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await proxy.#listen();
    onTestFinished(() => proxy.stop());
    return proxy;
  }

  /** Number of connections accepted so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Bytes that were read from a socket and not handed on, because the proxy hangs. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Passes everything, including bytes that `hang` has held back. */
  async pass(): Promise<void> {
    this.#set({ kind: 'pass' });
    await this.#listen();
  }

  /** Simulates a server that is down: stops listening and resets open connections. */
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

  /** Simulates a lost network: accepts connections and keeps them open, but passes no bytes in either direction. */
  async hang(): Promise<void> {
    this.#set({ kind: 'hang' });
    await this.#listen();
  }

  /** Limits each connection in each direction. @param bytesPerSecond bytes per second */
  async slow(bytesPerSecond: number): Promise<void> {
    this.#set({ kind: 'slow', bytesPerSecond });
    await this.#listen();
  }

  /** Resets each connection after the target has sent this many bytes from now on. */
  async cutAfter(bytes: number): Promise<void> {
    this.#set({ kind: 'cut', bytes });
    await this.#listen();
  }

  /** Same as `refuse`. */
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
    // Port 0 at the first start; afterwards the same port again.
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
      // The end of one direction must not close the other one.
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
          const part = rest.subarray(0, Math.min(allowed, mode.kind === 'slow' ? SLOW_CHUNK_BYTES : rest.length));
          rest = rest.subarray(part.length);
          answered += part.length;
          if (mode.kind === 'slow') {
            await Promise.race([pause((part.length / mode.bytesPerSecond) * 1000), this.#changed.promise]);
          }
          if (part.length > 0 && !to.write(part)) await once(to, 'drain');
          if (mode.kind === 'cut' && isAnswer && answered >= mode.bytes) {
            // The bytes that were passed on should arrive before the reset.
            await new Promise<void>((resolve) => to.write('', () => resolve()));
            await pause(20);
            to.resetAndDestroy();
            return;
          }
        }
      }
      to.end();
    } catch {
      // One of the two sockets was closed; its listeners destroy the other.
    }
  }
}
