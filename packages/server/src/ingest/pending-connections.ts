import type { Socket } from 'node:net';
import { GroupedItems } from '../admission/grouped-items.ts';
import type { Refusals } from '../admission/refusals.ts';
import { clientNetwork } from '../net/client-network.ts';

/**
 * When many clients connect at once, all of them are accepted before any of their requests is read. Therefore a socket
 * is exempt until its second sweep, and up to `BURST_FACTOR` times the limit may be pending meanwhile.
 */
const EXEMPT_SWEEPS = 2;
const BURST_FACTOR = 5;

export interface PendingLimits {
  /** Sockets in total. */
  readonly handshakes: number;
  /** Sockets per address, or per /64 of IPv6. */
  readonly handshakesPerAddress: number;
  /** Whether the address is a proxy's, so that its sockets belong to many clients. */
  isProxy(address: string): boolean;
}

interface Entry {
  /** Number of sweeps before it connected. */
  readonly since: number;
  readonly network: string;
}

/**
 * Sockets whose request has not arrived yet. Slow and half-open clients cost no more than an entry here, for a bounded
 * time. When there are too many, the address that has most of them loses its oldest one, so that an attacker displaces
 * only its own sockets.
 */
export class PendingConnections {
  readonly #limits: PendingLimits;
  readonly #refusals: Refusals;
  /** The oldest first. */
  readonly #waiting = new Map<Socket, Entry>();
  readonly #byNetwork = new GroupedItems<Socket>();
  readonly #forget: (this: Socket) => void;
  #sweeps = 0;

  constructor(limits: PendingLimits, refusals: Refusals) {
    this.#limits = limits;
    this.#refusals = refusals;
    const ended = (socket: Socket): void => this.ended(socket);
    this.#forget = function forget(): void {
      ended(this);
    };
  }

  get size(): number {
    return this.#waiting.size;
  }

  began(socket: Socket): void {
    const network = clientNetwork(socket.remoteAddress ?? '');
    this.#waiting.set(socket, { since: this.#sweeps, network });
    this.#byNetwork.add(socket, network);
    socket.on('close', this.#forget);
    if (this.#waiting.size <= this.#limits.handshakes * BURST_FACTOR) return;
    for (const oldest of this.#byNetwork.largest()) {
      this.#close(oldest, 'handshakes');
      return;
    }
  }

  /** The request has arrived. */
  ended(socket: Socket): void {
    this.#waiting.delete(socket);
    this.#byNetwork.delete(socket);
  }

  /** Call once per second. Closes sockets that are not exempt anymore until the limits hold. */
  sweep(): void {
    const sweep = ++this.#sweeps;
    const { handshakes, handshakesPerAddress, isProxy } = this.#limits;
    const old = new GroupedItems<Socket>();
    for (const [socket, { since, network }] of this.#waiting) {
      if (sweep - since < EXEMPT_SWEEPS) break;
      const tooMany = this.#byNetwork.countOf(network) > handshakesPerAddress;
      if (tooMany && !isProxy(socket.remoteAddress ?? '')) this.#close(socket, 'handshakesPerAddress');
      else old.add(socket, network);
    }
    while (this.#waiting.size > handshakes && old.size > 0) {
      for (const oldest of old.largest()) {
        old.delete(oldest);
        this.#close(oldest, 'handshakes');
        break;
      }
    }
  }

  #close(socket: Socket, limit: 'handshakes' | 'handshakesPerAddress'): void {
    this.ended(socket);
    this.#refusals.add(limit);
    socket.destroy();
  }
}
