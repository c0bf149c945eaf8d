import { randomUUID } from 'node:crypto';
import type { Delivery, DeliveryOutcome } from '../catalog/deliveries.ts';
import { errorFields, type Log } from '../log/log.ts';
import { backoff } from '../retry/backoff.ts';
import { Attempt, type AttemptContext, ClaimLost } from './attempt.ts';
import { afterFailure, type Failure, FORWARD_TIMES, type ForwardTimes, failureOf, LEASE_MS } from './outcome.ts';

export interface ForwarderContext extends Omit<AttemptContext, 'arrivalMs'> {
  /** False: dumps are only taken back, none is sent (`forward.mode: off`). */
  readonly sends: boolean;
  /** Most dumps a day over all gateways; `null`: any number. */
  readonly budget: number | null;
  readonly log: Log;
  readonly times?: ForwardTimes;
}

/** Why nothing is sent at the moment. */
export interface Pause {
  readonly since: string;
  readonly status: number | null;
  readonly code: string | null;
}

/** How many dumps are sent at a time; each has one chunk in memory. */
const CONCURRENCY = 2;
/** Another gateway or a command may have added a delivery. */
const POLL_MS = 5000;
const MIN_REST_MS = 50;

/**
 * Works off the deliveries of the catalog, shared with other gateways on the same one. What it was doing when it was stopped or
 * killed is done by whoever claims the delivery next.
 */
export class Forwarder {
  readonly #context: ForwarderContext;
  readonly #times: ForwardTimes;
  readonly #stop = new AbortController();
  readonly #loops: Promise<void>[] = [];
  readonly #resting = new Set<() => void>();
  #paused: Pause | null = null;
  /** No claim before this time, in milliseconds since the epoch. */
  #notBefore = 0;

  constructor(context: ForwarderContext) {
    this.#context = context;
    this.#times = context.times ?? FORWARD_TIMES;
  }

  get paused(): Pause | null {
    return this.#paused;
  }

  start(): void {
    while (this.#loops.length < CONCURRENCY) this.#loops.push(this.#loop());
  }

  /** A delivery was added, or may be tried at once. */
  wake(): void {
    for (const wake of this.#resting) wake();
  }

  /** Breaks off what is being sent; the next start goes on with it. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await Promise.all(this.#loops);
  }

  async #loop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const now = Date.now();
        const delivery = now < this.#notBefore ? undefined : await this.#claim(now);
        if (delivery) await this.#work(delivery);
        else await this.#rest(now);
      } catch (error) {
        // The catalog's. What was claimed comes back when its lease is over.
        this.#context.log.error(errorFields(error), 'forwarding waits');
        await this.#sleep(POLL_MS);
      }
    }
  }

  #claim(now: number): Promise<Delivery | undefined> {
    const { catalog, sends, budget } = this.#context;
    return catalog.deliveries.claim({
      id: randomUUID(),
      now: new Date(now).toISOString(),
      until: new Date(now + LEASE_MS).toISOString(),
      budget,
      sends,
    });
  }

  /** @param asked when there was nothing to claim */
  async #rest(asked: number): Promise<void> {
    const due = await this.#context.catalog.deliveries.nextDue();
    const next = Math.max(due === undefined ? 0 : Date.parse(due), this.#notBefore);
    // What was due and was not claimed waits for its budget.
    const wait = next > asked ? Math.max(next - Date.now(), MIN_REST_MS) : POLL_MS;
    await this.#sleep(Math.min(POLL_MS, wait));
  }

  /** Until then, or until it is woken. */
  async #sleep(milliseconds: number): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#resting.add(resolve);
    await promise;
    this.#resting.delete(resolve);
    clearTimeout(timer);
  }

  async #work(delivery: Delivery): Promise<void> {
    const { deliveries } = this.#context.catalog;
    const { arrivalMs } = this.#times;
    const attempt = new Attempt(delivery, { ...this.#context, arrivalMs }, this.#stop.signal);
    const outcome = await this.#outcomeOf(delivery, attempt);
    await this.#persist(() => deliveries.settle(delivery, outcome));
    await this.#persist(() => attempt.end());
  }

  async #outcomeOf(delivery: Delivery, attempt: Attempt): Promise<DeliveryOutcome> {
    try {
      const outcome = await attempt.run();
      this.#resume();
      this.#context.log.info(
        { session: delivery.sessionId, state: outcome.state, by: delivery.by },
        'delivery finished',
      );
      return outcome;
    } catch (error) {
      if (!(error instanceof ClaimLost)) return this.#failed(delivery, attempt, error);
      // Where the session was deleted meanwhile, it is taken back next; where another gateway took over, this changes nothing.
      const at = new Date().toISOString();
      return { at, state: 'waiting', nextAttemptAt: at };
    }
  }

  /** What is known has cost a credit, maybe: a short outage of the catalog must not make it unknown. */
  async #persist(work: () => Promise<void>): Promise<void> {
    const end = performance.now() + LEASE_MS;
    for (let tries = 0; ; tries++) {
      try {
        await work();
        return;
      } catch (error) {
        // By then somebody else may have claimed it.
        if (this.#stop.signal.aborted || performance.now() >= end) throw error;
        await this.#sleep(backoff(tries, this.#times.firstRetryMs, POLL_MS));
      }
    }
  }

  #failed(delivery: Delivery, attempt: Attempt, error: unknown): DeliveryOutcome {
    const { target, log } = this.#context;
    const failure = failureOf(error, attempt.assembling);
    const situation = { now: Date.now(), stores: target.stores, times: this.#times };
    const outcome: DeliveryOutcome = afterFailure(delivery, failure, situation);
    const { state, lastStatus: status, lastCode: code } = outcome;
    if (!this.#stop.signal.aborted) {
      const cause = status === null ? errorFields(error) : {};
      log.warn({ session: delivery.sessionId, state, status, code, ...cause }, 'a delivery did not go through');
      if (failure.effect === 'pause') this.#pause(failure);
      else if (failure.status === 429) this.#notBefore = Date.now() + (failure.retryAfterMs ?? 0);
    }
    return outcome;
  }

  #pause({ status, code }: Failure): void {
    if (this.#paused === null) {
      this.#context.log.error({ status, code }, 'forwarding is paused: check forward.token, the plan and its credits');
    }
    this.#paused ??= { since: new Date().toISOString(), status, code };
    this.#notBefore = Date.now() + this.#times.pauseMs;
  }

  #resume(): void {
    if (this.#paused !== null) this.#context.log.info('forwarding goes on');
    this.#paused = null;
  }
}
