import { setTimeout as pause } from 'node:timers/promises';
import { isGatewayError } from '../errors/gateway-error.ts';
import { errorFields, type Log } from '../log/log.ts';

/**
 * How long a start waits for a back end to answer, in milliseconds. After that it goes on, and finishing reports the
 * fault.
 */
const MAX_WAIT_MS = 3000;

/** How storage and catalog are opened. */
export interface OpenOptions {
  /** Given by a gateway, which starts while a back end is down. Without a log, an unreachable back end is an error. */
  readonly log?: Log;
}

/**
 * Probes a back end at the start. A gateway records sessions while a back end is down, so for a gateway only an error
 * that a retry does not fix (a wrong password, a missing bucket) rejects; everything else is logged. Without a log
 * every error rejects.
 *
 * @param probe rejects with a retryable `GatewayError` while the back end is down
 * @param unreachable the beginning of the log message, such as "the storage cannot be reached"
 */
export async function waitUntilReachable(
  probe: () => Promise<unknown>,
  log: Log | undefined,
  unreachable: string,
  maxWaitMs: number = MAX_WAIT_MS,
): Promise<void> {
  if (log === undefined) {
    await probe();
    return;
  }
  const answered = new AbortController();
  const probed = probe().then(
    () => {},
    (error: unknown) => {
      if (!isGatewayError(error) || !error.retryable) throw error;
      log.warn(errorFields(error), `${unreachable}: sessions wait in the spool`);
    },
  );
  const late = pause(maxWaitMs, 'late' as const, { signal: answered.signal, ref: false });
  try {
    if ((await Promise.race([probed, late])) !== 'late') return;
  } finally {
    answered.abort();
    late.catch(() => {});
  }
  log.warn({}, `${unreachable} yet: sessions wait in the spool`);
  // The next call of the back end fails in the same way and reports it.
  probed.catch(() => {});
}
