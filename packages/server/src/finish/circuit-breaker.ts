import { backoff } from '../retry/backoff.ts';

export type CircuitState = 'closed' | 'open' | 'halfOpen';

export interface CircuitBreakerOptions {
  /** Failures in a row, without a success in between, that open the circuit. */
  readonly failures: number;
  /** The first pause; later ones double (retry/backoff.ts). */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
  /** A pause is over: the caller may try one task. */
  onHalfOpen(): void;
}

/**
 * Keeps the finish queue from trying every session while a back end is down. Storage and catalog serve all sessions, so
 * when several sessions fail in a row, the others would fail too.
 *
 *               `failures` in a row                    pause over
 *     closed ─────────────────────────▶ open ─────────────────────▶ halfOpen
 *     any number                        no task                     one task at a time
 *     of tasks ◀─┐                       ▲                             │    │
 *                │                       └──── it fails: longer pause ─┘    │
 *                └────────────────────────────── it succeeds ───────────────┘
 *
 * Tasks that were running when the circuit opened go on; a success of one of them closes it as well. The breaker counts
 * and times, nothing else: the caller asks for `state` before it starts a task, and reports how the task went.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  /** In a row. */
  #failures = 0;
  /** Since the circuit opened. */
  #pauses = 0;
  #pause: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  get state(): CircuitState {
    if (this.#failures < this.#options.failures) return 'closed';
    return this.#pause === undefined ? 'halfOpen' : 'open';
  }

  succeeded(): void {
    this.#failures = 0;
    this.#pauses = 0;
    this.#endPause();
  }

  failed(): void {
    this.#failures++;
    if (this.state !== 'halfOpen' || this.#stopped) return;
    const { firstPauseMs, maxPauseMs, onHalfOpen } = this.#options;
    const end = (): void => {
      this.#endPause();
      onHalfOpen();
    };
    this.#pause = setTimeout(end, backoff(this.#pauses++, firstPauseMs, maxPauseMs));
  }

  /** Ends the current pause and starts no other one: from now on an open circuit allows one task at a time. */
  stop(): void {
    this.#stopped = true;
    this.#endPause();
  }

  #endPause(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }
}
