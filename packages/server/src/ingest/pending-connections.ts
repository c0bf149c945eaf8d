import type { Socket } from 'node:net';
import type { Refusals } from '../admission/refusals.ts';

/**
 * When many clients connect at once, all of them are accepted before any of their requests is read. Therefore a socket
 * is exempt until its second sweep, and up to `BURST_FACTOR` times the limit may be pending meanwhile.
 */
const EXEMPT_SWEEPS = 2;
const BURST_FACTOR = 5;

/**
 * Sockets whose request has not arrived yet. Slow and half-open clients cost no more than an entry here, for a bounded
 * time.
 */
export class PendingConnections {
  readonly #limit: number;
  readonly #refusals: Refusals;
  /** Each with the number of sweeps before it connected; the oldest first. */
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
    if (this.#waiting.size >= this.#limit * BURST_FACTOR) {
      this.#refusals.add('handshakes');
      socket.destroy();
      return;
    }
    this.#waiting.set(socket, this.#sweeps);
    socket.on('close', this.#forget);
  }

  /** The request has arrived, and is answered or upgraded. */
  ended(socket: Socket): void {
    this.#waiting.delete(socket);
  }

  /** Call once per second. Closes the sockets that have been pending longest until the limit holds. */
  sweep(): void {
    const sweep = ++this.#sweeps;
    for (const [socket, since] of this.#waiting) {
      if (this.#waiting.size <= this.#limit || sweep - since < EXEMPT_SWEEPS) return;
      this.#waiting.delete(socket);
      this.#refusals.add('handshakes');
      socket.destroy();
    }
  }
}
