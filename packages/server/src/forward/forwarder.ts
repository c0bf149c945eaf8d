import { randomUUID } from 'node:crypto';
import type { Delivery, DeliveryOutcome } from '../catalog/deliveries.ts';
import { errorFields, type Log } from '../log/log.ts';
import { backoff } from '../retry/backoff.ts';
import { Attempt, type AttemptContext, type AttemptResult } from './attempt.ts';
import {
  afterFailure,
  type Failure,
  FORWARD_TIMES,
  type ForwardTimes,
  failureOf,
  LEASE_MS,
  NOT_THERE_YET,
} from './outcome.ts';

export interface ForwarderContext extends Omit<AttemptContext, 'arrivalMs'> {
  /** False: dumps are only withdrawn, not sent (`forward.mode: off`). */
  readonly sends: boolean;
  /** Dumps per day, over all gateways; `null`: unlimited. */
  readonly budget: number | null;
  readonly log: Log;
  readonly times?: ForwardTimes;
}

/** Why no dump is sent at the moment: since when, and the answer of the target. */
export interface Pause {
  readonly since: string;
  readonly status: number | null;
  readonly code: string | null;
}

/** Dumps sent at a time; each has one chunk in memory. */
const CONCURRENCY = 2;
/** Another gateway or a command may have added a delivery. */
const POLL_MS = 5000;
const MIN_REST_MS = 50;

/**
 * Carries out the deliveries in the catalog, together with the other gateways on the same catalog. A delivery is
 * claimed with a lease, so a delivery that was under way when a gateway stopped or was killed is continued by the
 * gateway that claims it next.
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

  /** Call when a delivery was added or may be tried at once. */
  wake(): void {
    for (const wake of this.#resting) wake();
  }

  /** Aborts what is being sent; the next start continues it. Safe to call twice. */
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
        // An error of the catalog. A claimed delivery becomes due again when its lease expires.
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
    // A delivery that is due and was not claimed waits for the budget.
    const wait = next > asked ? Math.max(next - Date.now(), MIN_REST_MS) : POLL_MS;
    await this.#sleep(Math.min(POLL_MS, wait));
  }

  /** Resolves after this time, or earlier when woken. */
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
    let result: AttemptResult;
    try {
      result = await attempt.run();
    } catch (error) {
      return this.#failed(delivery, failureOf(error, attempt.assembling), errorFields(error));
    }
    if (result === 'notThereYet') return this.#failed(delivery, NOT_THERE_YET);
    if (result === 'claimLost') {
      // If the session was deleted meanwhile, the dump is withdrawn next; if another gateway took over, this changes
      // nothing.
      const at = new Date().toISOString();
      return { at, state: 'waiting', nextAttemptAt: at };
    }
    this.#resume();
    this.#context.log.info({ session: delivery.sessionId, state: result.state, by: delivery.by }, 'delivery finished');
    return result;
  }

  /** Retries, because a short outage of the catalog must not lose a result that may have cost a credit. */
  async #persist(work: () => Promise<void>): Promise<void> {
    const end = performance.now() + LEASE_MS;
    for (let tries = 0; ; tries++) {
      try {
        await work();
        return;
      } catch (error) {
        // After the lease, another gateway may have claimed the delivery.
        if (this.#stop.signal.aborted || performance.now() >= end) throw error;
        await this.#sleep(backoff(tries, this.#times.firstRetryMs, POLL_MS));
      }
    }
  }

  /** @param cause fields that describe the error in the log, where the target did not answer */
  #failed(delivery: Delivery, failure: Failure, cause: object = {}): DeliveryOutcome {
    const { target, log } = this.#context;
    const situation = { now: Date.now(), stores: target.stores, times: this.#times };
    const outcome: DeliveryOutcome = afterFailure(delivery, failure, situation);
    const { state, lastStatus: status, lastCode: code } = outcome;
    if (!this.#stop.signal.aborted) {
      const details = status === null ? cause : {};
      log.warn({ session: delivery.sessionId, state, status, code, ...details }, 'a delivery did not go through');
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
    if (this.#paused !== null) this.#context.log.info('forwarding is resumed');
    this.#paused = null;
  }
}
