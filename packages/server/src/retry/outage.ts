import { setTimeout as pause } from 'node:timers/promises';
import { isGatewayError } from '../errors/gateway-error.ts';
import { errorFields, type Log } from '../log/log.ts';

/** How long a start waits for a server to say whether it is there. Then it goes on, and finishing tells what is wrong. */
const PATIENCE_MS = 3000;

/** How storage and catalog are opened. */
export interface OpenOptions {
  /** Given by a gateway, which starts while they are away; without it, what cannot be reached is an error. */
  readonly log?: Log;
}

/**
 * Asks a server whether it is there and as configured. A gateway takes sessions while it is away, so for a gateway only what
 * waiting does not mend is an error; the rest is logged.
 *
 * @param whenAway what the log says then
 */
export async function waitUntilReachable(
  ask: () => Promise<unknown>,
  log: Log | undefined,
  whenAway: string,
): Promise<void> {
  if (log === undefined) {
    await ask();
    return;
  }
  const answered = new AbortController();
  const asked = ask().then(
    () => {},
    (error: unknown) => {
      if (!isGatewayError(error) || !error.retryable) throw error;
      log.warn(errorFields(error), `${whenAway}: sessions wait in the spool`);
    },
  );
  const late = pause(PATIENCE_MS, 'late' as const, { signal: answered.signal, ref: false });
  try {
    if ((await Promise.race([asked, late])) !== 'late') return;
  } finally {
    answered.abort();
    late.catch(() => {});
  }
  log.warn({}, `${whenAway} yet: sessions wait in the spool`);
  // Whoever uses it next is told the same.
  asked.catch(() => {});
}
