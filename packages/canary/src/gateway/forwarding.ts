import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryState } from '@rtcstats-server/api';
import { CanaryError } from '../errors/canary-error.ts';
import type { CanaryDelivery, CanaryForwarding } from './ports.ts';

/** The gateway looks every 5 seconds for deliveries that another process has added. */
const PICK_UP_MS = 10_000;
const POLL_MS = 100;
const FINAL_STATES: ReadonlySet<DeliveryState> = new Set(['delivered', 'failed', 'refused', 'withdrawn']);

/**
 * Lets the running gateway deliver the dump to rtcstats.com, and reads back what is known about it there.
 *
 * @param timeout milliseconds, in addition to the time until the gateway notices the delivery
 * @throws CanaryError CANARY_NOT_FORWARDED
 */
export async function deliverAndRead(forwarding: CanaryForwarding, id: string, timeout: number): Promise<string> {
  await forwarding.deliver(id);
  const delivery = await waitForDelivery(forwarding, id, timeout, ({ state }) => FINAL_STATES.has(state));
  const { state, remoteId, lastStatus, lastCode } = delivery;
  const text = remoteId === null ? undefined : await forwarding.read(remoteId);
  if (text !== undefined) return text;
  const answer = [lastStatus, lastCode].filter((part) => part !== null).join(', ');
  throw new CanaryError(
    'CANARY_NOT_FORWARDED',
    `The canary's dump was not delivered: ${state}${answer && ` (${answer})`}`,
  );
}

/**
 * Waits until the dump is deleted at rtcstats.com, after its session was deleted here.
 *
 * @param timeout see `deliverAndRead`
 * @throws CanaryError CANARY_NOT_FORWARDED
 */
export async function waitForWithdrawal(forwarding: CanaryForwarding, id: string, timeout: number): Promise<void> {
  await waitForDelivery(forwarding, id, timeout, ({ state }) => state === 'withdrawn');
}

async function waitForDelivery(
  forwarding: CanaryForwarding,
  id: string,
  timeout: number,
  isReached: (delivery: CanaryDelivery) => boolean,
): Promise<CanaryDelivery> {
  const end = performance.now() + PICK_UP_MS + timeout;
  for (;;) {
    const delivery = await forwarding.delivery(id);
    if (delivery && isReached(delivery)) return delivery;
    if (performance.now() > end) {
      const state = delivery?.state ?? 'not there';
      throw new CanaryError('CANARY_NOT_FORWARDED', `The delivery of the canary's dump did not end in time (${state})`);
    }
    await pause(POLL_MS);
  }
}
