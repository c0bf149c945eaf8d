import { NetworkNames } from '../net/client-network.ts';
import { type Rate, TokenBucket } from '../net/rate-limit.ts';

type LimitName = 'connections' | 'connectionsPerAddress' | 'connectionsPerSecond' | 'connectionsPerSecondPerAddress';
/** The part of `server.limits` that bounds how many clients may connect. */
export type AdmissionLimits = Readonly<Record<LimitName, number>>;

/**
 * New connections come in bursts, because meetings begin at the full hour. An address without connections is forgotten
 * after this long, because its bucket is full again.
 */
const BURST_SECONDS = 5;
/** Addresses without a connection that are remembered at most. */
const MAX_RECENT = 10_000;

/** The usage of one client address, while it is connected and shortly after. */
export interface ClientQuota {
  /** A keyed hash of the address. */
  readonly name: string;
  readonly arrivals: TokenBucket;
  connections: number;
  /** Milliseconds of a monotonic clock. */
  lastSeen: number;
}

/**
 * Limits connections, of the process and per client address. Addresses are stored as keyed hashes and only while they
 * are needed, so that there is never a list of who was connected.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #names = new NetworkNames();
  readonly #rate: Rate;
  readonly #arrivals: TokenBucket;
  #connections = 0;
  /** Addresses with connections; not more than the limit of connections. */
  readonly #present = new Map<string, ClientQuota>();
  /** Addresses without connections, in the order in which they were last seen. */
  readonly #recent = new Map<string, ClientQuota>();

  constructor(limits: AdmissionLimits, now: number = performance.now()) {
    this.#limits = limits;
    this.#rate = { perSecond: limits.connectionsPerSecondPerAddress, burstSeconds: BURST_SECONDS };
    this.#arrivals = new TokenBucket({ perSecond: limits.connectionsPerSecond, burstSeconds: BURST_SECONDS }, now);
  }

  /** The number of addresses that are remembered. */
  get size(): number {
    return this.#present.size + this.#recent.size;
  }

  /** Counts a connection, which has to be released, or returns the name of the limit that is reached. */
  acquire(address: string, now: number = performance.now()): ClientQuota | LimitName {
    const quota = this.#quotaOf(address, now);
    const refusal = this.#refusalFor(quota, now);
    if (refusal === undefined) {
      quota.connections++;
      this.#connections++;
    }
    this.#remember(quota, now);
    return refusal ?? quota;
  }

  /** To be called once for each connection that was counted. */
  release(quota: ClientQuota, now: number = performance.now()): void {
    quota.connections--;
    this.#connections--;
    this.#remember(quota, now);
  }

  /** Forgets addresses whose buckets are full again. */
  sweep(now: number = performance.now()): void {
    for (const { name, lastSeen } of this.#recent.values()) {
      if (now - lastSeen < BURST_SECONDS * 1000) return;
      this.#recent.delete(name);
    }
  }

  /** Checks the per-address limits first, so that one client cannot drain the global bucket. */
  #refusalFor(quota: ClientQuota, now: number): LimitName | undefined {
    const { connections, connectionsPerAddress } = this.#limits;
    if (!quota.arrivals.take(now)) return 'connectionsPerSecondPerAddress';
    if (quota.connections >= connectionsPerAddress) return 'connectionsPerAddress';
    if (this.#connections >= connections) return 'connections';
    return this.#arrivals.take(now) ? undefined : 'connectionsPerSecond';
  }

  #quotaOf(address: string, now: number): ClientQuota {
    const name = this.#names.nameOf(address);
    const known = this.#present.get(name) ?? this.#recent.get(name);
    return known ?? { name, arrivals: new TokenBucket(this.#rate, now), connections: 0, lastSeen: now };
  }

  #remember(quota: ClientQuota, now: number): void {
    const { name } = quota;
    quota.lastSeen = now;
    this.#recent.delete(name);
    if (quota.connections > 0) {
      this.#present.set(name, quota);
      return;
    }
    this.#present.delete(name);
    this.#recent.set(name, quota);
    if (this.#recent.size > MAX_RECENT) this.#recent.delete(this.#recent.keys().next().value!);
  }
}
