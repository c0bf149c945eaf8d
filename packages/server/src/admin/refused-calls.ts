import type { AuditLog } from '../audit/audit-log.ts';
import { errorFields, type Log } from '../log/log.ts';
import { SIGN_IN_ROUTE } from './sign-in-route.ts';

/** How long calls are counted after the first one, in milliseconds. Doubles with each count, up to an hour. */
const FIRST_WINDOW_MS = 60_000;
const MAX_WINDOW_MS = 3_600_000;

/** A call that was not authorized. */
export interface RefusedCall {
  /** The name of the token, or `unknown`. */
  readonly actor: string;
  /** Code of the error. */
  readonly code: string;
  /** Template of the path; empty if there is no such route. */
  readonly route: string;
}

interface Window {
  readonly call: RefusedCall;
  readonly lengthMs: number;
  readonly timer: NodeJS.Timeout;
  count: number;
}

/**
 * Records refused calls in the audit log. Somebody who sends thousands of them must not fill the log: the first one is
 * recorded at once, the ones that follow with the same actor and error are counted, and the count is recorded after a
 * minute, then after two, and so on up to an hour. A caller who goes on for a year adds about 9,000 entries.
 *
 * If the log cannot be written, a warning goes to the gateway's own log: refusing must not depend on the catalog.
 */
export class RefusedCalls {
  readonly #audit: Pick<AuditLog, 'record'>;
  readonly #log: Log;
  /** By actor and code, of which there are few: tokens times errors. */
  readonly #windows = new Map<string, Window>();
  readonly #pending = new Set<Promise<void>>();

  constructor(audit: Pick<AuditLog, 'record'>, log: Log) {
    this.#audit = audit;
    this.#log = log;
  }

  add(call: RefusedCall): void {
    const key = `${call.actor} ${call.code}`;
    const window = this.#windows.get(key);
    if (window !== undefined) {
      window.count++;
      return;
    }
    this.#record(call, 1);
    this.#open(key, call, FIRST_WINDOW_MS);
  }

  /** Records what was counted, and waits until everything is written. */
  async stop(): Promise<void> {
    for (const { call, count, timer } of this.#windows.values()) {
      clearTimeout(timer);
      if (count > 0) this.#record(call, count);
    }
    this.#windows.clear();
    await Promise.all(this.#pending);
  }

  #open(key: string, call: RefusedCall, lengthMs: number): void {
    const timer = setTimeout(() => this.#close(key), lengthMs).unref();
    this.#windows.set(key, { call, lengthMs, timer, count: 0 });
  }

  #close(key: string): void {
    const { call, count, lengthMs } = this.#windows.get(key)!;
    this.#windows.delete(key);
    if (count === 0) return;
    this.#record(call, count);
    this.#open(key, call, Math.min(2 * lengthMs, MAX_WINDOW_MS));
  }

  #record({ actor, code, route }: RefusedCall, count: number): void {
    const action = route === SIGN_IN_ROUTE ? 'sign-in' : 'admin.refused';
    const recorded = this.#audit
      .record({ action, actor, outcome: 'refused', details: { code, route, count } })
      .catch((error: unknown) => this.#log.warn(errorFields(error), 'a refused admin call is not in the audit log'))
      .finally(() => this.#pending.delete(recorded));
    this.#pending.add(recorded);
  }
}
