import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorCode } from '../errors/errors.ts';
import { isGatewayError } from '../errors/gateway-error.ts';

/** One thing that the gateway needs. */
export interface Check {
  /** What is reported when it fails with somebody else's error, or does not answer. */
  readonly code: ErrorCode;
  /** Without it no session can be taken and kept. */
  readonly required: boolean;
  run(): Promise<unknown>;
}

export interface CheckResult {
  readonly ok: boolean;
  readonly required: boolean;
  readonly code?: ErrorCode;
}

export interface ReadinessReport {
  /** All that is required is there. */
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** A probe gives up after some seconds; an answer that says what hangs is worth more. */
const TIMEOUT_MS = 2000;
/** Probes need no token: however many there are, the back ends are asked this often at most. */
const VALID_MS = 1000;

/**
 * Whether the gateway can take and keep a session. The answer names checks and error codes, nothing else: anybody who reaches the
 * admin listener may ask.
 */
export class Readiness {
  readonly #checks: Readonly<Record<string, Check>>;
  readonly #draining: () => boolean;
  #last: { readonly at: number; readonly results: Promise<Record<string, CheckResult>> } | undefined;

  /** @param draining whether the gateway stops; asked every time */
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
