import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorCode } from '../errors/errors.ts';
import { isGatewayError } from '../errors/gateway-error.ts';

/** Checks one thing that the gateway needs. */
export interface Check {
  /** Reported if the check fails with an error that is not a GatewayError, or takes too long. */
  readonly code: ErrorCode;
  /** Whether the gateway needs it to accept and keep sessions. */
  readonly required: boolean;
  run(): Promise<unknown>;
}

export interface CheckResult {
  readonly ok: boolean;
  readonly required: boolean;
  readonly code?: ErrorCode;
}

export interface ReadinessReport {
  /** Whether all required checks passed. */
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** Shorter than the timeout of usual probes, so that the response can say which check hangs. */
const TIMEOUT_MS = 2000;
/** Results are reused for this long, because probes need no token: clients must not be able to load the back ends. */
const VALID_MS = 1000;

/**
 * Whether the gateway can accept and keep sessions. The report contains only names of checks and error codes, because
 * it is available without authorization.
 */
export class Readiness {
  readonly #checks: Readonly<Record<string, Check>>;
  readonly #draining: () => boolean;
  #last: { readonly at: number; readonly results: Promise<Record<string, CheckResult>> } | undefined;

  /** @param draining whether the gateway is stopping; called for every report */
  constructor(draining: () => boolean, checks: Readonly<Record<string, Check>>) {
    this.#draining = draining;
    this.#checks = checks;
  }

  async report(): Promise<ReadinessReport> {
    const results = await this.#results();
    const accepting: CheckResult = this.#draining()
      ? { ok: false, required: true, code: 'GOING_AWAY' }
      : { ok: true, required: true };
    const checks = { accepting, ...results };
    return { ready: Object.values(checks).every(({ ok, required }) => ok || !required), checks };
  }

  #results(): Promise<Record<string, CheckResult>> {
    const now = performance.now();
    if (!this.#last || now - this.#last.at >= VALID_MS) this.#last = { at: now, results: this.#runAll() };
    return this.#last.results;
  }

  async #runAll(): Promise<Record<string, CheckResult>> {
    const entries = Object.entries(this.#checks);
    return Object.fromEntries(
      await Promise.all(entries.map(async ([name, check]) => [name, await run(check)] as const)),
    );
  }
}

async function run(check: Check): Promise<CheckResult> {
  const { required } = check;
  const answered = new AbortController();
  const timeout = delay(TIMEOUT_MS, check.code, { signal: answered.signal }).catch(() => check.code);
  const work = check.run().then(
    () => undefined,
    (error: unknown) => (isGatewayError(error) ? error.code : check.code),
  );
  const code = await Promise.race([work, timeout]);
  answered.abort();
  return code === undefined ? { ok: true, required } : { ok: false, required, code };
}
