import type { Random } from '../../fuzz/random.ts';
import type { Impairment, PacketKind } from './impairment.ts';

/** IPv4 and UDP headers of a packet, which a limited line carries as well. */
const HEADER_BYTES = 28;
const DEFAULT_QUEUE_MS = 200;

/**
 * One direction of a simulated network. It only computes when each packet arrives; times are given by the caller, in
 * milliseconds, so that tests need no clock. Packets never overtake one another.
 */
export class Line {
  readonly #random: Random;
  #impairment: Impairment = {};
  /** Whether a burst of losses lasts. */
  #inBurst = false;
  /** When the limited line has sent everything that it has accepted. */
  #freeAt = 0;
  /** Up to when traffic of others is accounted for. */
  #othersUntil = 0;
  #stall: { from: number; to: number } | undefined;
  #lastArrival = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Replaces the impairment, from `now` on. Packets on their way stay as they are. */
  set(impairment: Impairment, now: number): void {
    this.#impairment = impairment;
    this.#inBurst = false;
    this.#freeAt = now;
    this.#othersUntil = now;
    this.#stall = undefined;
  }

  /** @returns when a packet arrives that is sent at `now`, or undefined if it is lost */
  send(now: number, bytes: number, kind: PacketKind): number | undefined {
    const { block, delayMs = 0, jitterMs = 0 } = this.#impairment;
    if (block === true || block?.includes(kind) === true) return undefined;
    if (this.#isLost()) return undefined;
    const sent = this.#leaves(now, bytes);
    if (sent === undefined) return undefined;
    const arrival = this.#afterStall(sent) + delayMs + this.#random.next() * jitterMs;
    this.#lastArrival = Math.max(this.#lastArrival, arrival);
    return this.#lastArrival;
  }

  #isLost(): boolean {
    const { loss = 0, burst } = this.#impairment;
    if (burst !== undefined) {
      this.#inBurst = this.#random.chance(this.#inBurst ? 1 - burst.end : burst.begin);
      if (this.#inBurst) return true;
    }
    return this.#random.chance(loss);
  }

  /** When a packet has left the queue of a limited line; undefined if the queue is full. */
  #leaves(now: number, bytes: number): number | undefined {
    const { kbps, queueMs = DEFAULT_QUEUE_MS, otherKbps = 0 } = this.#impairment;
    if (kbps === undefined) return now;
    const others = ((now - this.#othersUntil) * otherKbps) / kbps;
    // The others lose packets, too: they fill the queue and no more.
    this.#freeAt = Math.max(now, this.#freeAt, Math.min(this.#freeAt + others, now + queueMs));
    this.#othersUntil = now;
    if (this.#freeAt - now > queueMs) return undefined;
    this.#freeAt += ((bytes + HEADER_BYTES) * 8) / kbps;
    return this.#freeAt;
  }

  #afterStall(time: number): number {
    const { stalls } = this.#impairment;
    if (stalls === undefined) return time;
    this.#stall ??= this.#stallAfter(time, stalls);
    while (time >= this.#stall.to) this.#stall = this.#stallAfter(this.#stall.to, stalls);
    return time < this.#stall.from ? time : this.#stall.to;
  }

  /** The next stop of the line. Both gap and length are exponentially distributed. */
  #stallAfter(time: number, { everyMs, lengthMs }: NonNullable<Impairment['stalls']>): { from: number; to: number } {
    const from = time - Math.log(1 - this.#random.next()) * everyMs;
    return { from, to: from - Math.log(1 - this.#random.next()) * lengthMs };
  }
}
