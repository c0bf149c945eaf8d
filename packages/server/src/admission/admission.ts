import { NetworkNames } from '../net/client-network.ts';
import { type Rate, TokenBucket } from '../net/rate-limit.ts';

type LimitName = 'connections' | 'connectionsPerAddress' | 'connectionsPerSecond' | 'connectionsPerSecondPerAddress';
/** The part of `server.limits` that says how many clients may connect. */
export type AdmissionLimits = Readonly<Record<LimitName, number>>;

/** New connections may come in such bursts: a meeting begins at the full hour. Afterwards nothing is left to remember. */
const BURST_SECONDS = 5;
/** Addresses without a connection that are remembered at most, for as long as their rate is not used up. */
const MAX_RECENT = 10_000;

/** One address, as long as it is connected or was just now. */
export interface Caller {
  readonly name: string;
  readonly arrivals: TokenBucket;
  connections: number;
  lastSeen: number;
}

/**
 * Who may connect: limits of the process and of each client address. An address is held under a keyed hash and only while it matters:
 * no list of who was here comes of it.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #names = new NetworkNames();
  readonly #rate: Rate;
  readonly #arrivals: TokenBucket;
  #connections = 0;
  /** Those with connections; as many at most as there may be connections. */
  readonly #present = new Map<string, Caller>();
  /** Those without, the one seen last at the end. */
  readonly #recent = new Map<string, Caller>();

  constructor(limits: AdmissionLimits, now: number = performance.now()) {
    this.#limits = limits;
    this.#rate = { perSecond: limits.connectionsPerSecondPerAddress, burstSeconds: BURST_SECONDS };
    this.#arrivals = new TokenBucket({ perSecond: limits.connectionsPerSecond, burstSeconds: BURST_SECONDS }, now);
  }

  /** Addresses that are remembered. */
  get size(): number {
    return this.#present.size + this.#recent.size;
  }

  /** Takes a place, or says which limit is reached. Every place has to be given back (`leave`). */
  enter(address: string, now: number = performance.now()): Caller | LimitName {
    const caller = this.#callerOf(address, now);
    const refusal = this.#refusalFor(caller, now);
    if (refusal === undefined) {
      caller.connections++;
      this.#connections++;
    }
    this.#remember(caller, now);
    return refusal ?? caller;
  }

  leave(caller: Caller, now: number = performance.now()): void {
    caller.connections--;
    this.#connections--;
    this.#remember(caller, now);
  }

  /** Forgets addresses whose rate is whole again. */
  sweep(now: number = performance.now()): void {
    for (const { name, lastSeen } of this.#recent.values()) {
      if (now - lastSeen < BURST_SECONDS * 1000) return;
      this.#recent.delete(name);
    }
  }

  /** That of the address first: whoever alone sends too much must not use up what is everybody's. */
  #refusalFor(caller: Caller, now: number): LimitName | undefined {
    const { connections, connectionsPerAddress } = this.#limits;
    if (!caller.arrivals.take(now)) return 'connectionsPerSecondPerAddress';
    if (caller.connections >= connectionsPerAddress) return 'connectionsPerAddress';
    if (this.#connections >= connections) return 'connections';
    return this.#arrivals.take(now) ? undefined : 'connectionsPerSecond';
  }

  #callerOf(address: string, now: number): Caller {
    const name = this.#names.nameOf(address);
    const known = this.#present.get(name) ?? this.#recent.get(name);
    return known ?? { name, arrivals: new TokenBucket(this.#rate, now), connections: 0, lastSeen: now };
  }

  #remember(caller: Caller, now: number): void {
    const { name } = caller;
    caller.lastSeen = now;
    this.#recent.delete(name);
    if (caller.connections > 0) {
      this.#present.set(name, caller);
      return;
    }
    this.#present.delete(name);
    this.#recent.set(name, caller);
    if (this.#recent.size > MAX_RECENT) this.#recent.delete(this.#recent.keys().next().value!);
  }
}
