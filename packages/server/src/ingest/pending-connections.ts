import type { Socket } from 'node:net';
import type { Refusals } from '../admission/refusals.ts';

/**
 * A crowd that connects at once is taken from the backlog before any of its requests is read: a socket is held against nobody
 * before the second sweep, and so many times the limit may be there for that long.
 */
const FIRST_SWEEPS = 2;
const CROWD = 5;

/** Sockets whose request has not come. Slow and half-open clients are nothing but an entry here, and not for long. */
export class PendingConnections {
  readonly #limit: number;
  readonly #refusals: Refusals;
  /** With the sweep they came before; the oldest first. */
  readonly #waiting = new Map<Socket, number>();
  readonly #forget: (this: Socket) => void;
  #sweeps = 0;

  constructor(limit: number, refusals: Refusals) {
    this.#limit = limit;
    this.#refusals = refusals;
    const waiting = this.#waiting;
    this.#forget = function forget(): void {
      waiting.delete(this);
    };
  }

  get size(): number {
    return this.#waiting.size;
  }

  began(socket: Socket): void {
    if (this.#waiting.size >= this.#limit * CROWD) {
      this.#refusals.add('handshakes');
      socket.destroy();
      return;
    }
    this.#waiting.set(socket, this.#sweeps);
    socket.on('close', this.#forget);
  }

  /** The request is answered, or is a connection's now. */
  ended(socket: Socket): void {
    this.#waiting.delete(socket);
  }

  /** Once a second. Closes those that have been silent longest until there are no more than there may be. */
  sweep(): void {
    const sweep = ++this.#sweeps;
    for (const [socket, since] of this.#waiting) {
      if (this.#waiting.size <= this.#limit || sweep - since < FIRST_SWEEPS) return;
      this.#waiting.delete(socket);
      this.#refusals.add('handshakes');
      socket.destroy();
    }
  }
}
