import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryState } from '@rtcstats-server/api';
import type { Delivery } from '../catalog/deliveries.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { DeliveryService } from '../forward/delivery-service.ts';
import type { ForwardTarget } from '../forward/target.ts';

/** How the canary's dump gets to where dumps are forwarded to, and back. */
export interface CanaryForward {
  readonly desk: Pick<DeliveryService, 'forward' | 'of'>;
  readonly target: Pick<ForwardTarget, 'read'>;
}

/** The gateway looks for deliveries that others have added every 5 seconds. */
const PICK_UP_MS = 10_000;
const POLL_MS = 100;
const ENDED: ReadonlySet<DeliveryState> = new Set(['delivered', 'failed', 'refused', 'withdrawn']);

/**
 * Has the running gateway deliver the dump, and reads what is known of it there.
 *
 * @param timeout milliseconds, besides those until the gateway looks
 * @throws GatewayError FORWARD_OFF, FORWARD_NOT_CLEAN, CANARY_NOT_FORWARDED
 * @throws TargetError when it cannot be read
 */
export async function readForwarded({ desk, target }: CanaryForward, id: string, timeout: number): Promise<string> {
  await desk.forward(id, 'canary');
  const { state, remoteId, lastStatus, lastCode } = await until(desk, id, timeout, (now) => ENDED.has(now.state));
  const text = remoteId === null ? undefined : await target.read(remoteId);
  if (text !== undefined) return text;
  const answer = [lastStatus, lastCode].filter((part) => part !== null).join(', ');
  throw new GatewayError(
    'CANARY_NOT_FORWARDED',
    `The canary's dump was not delivered: ${state}${answer && ` (${answer})`}`,
  );
}

/** Waits until the dump is deleted where it was delivered to, after its session was deleted here. */
export async function awaitTakenBack({ desk }: CanaryForward, id: string, timeout: number): Promise<void> {
  await until(desk, id, timeout, ({ state }) => state === 'withdrawn');
}

async function until(
  desk: CanaryForward['desk'],
  id: string,
  timeout: number,
  reached: (delivery: Delivery) => boolean,
): Promise<Delivery> {
  const end = Date.now() + PICK_UP_MS + timeout;
  for (;;) {
    const [delivery] = await desk.of(id);
    if (delivery && reached(delivery)) return delivery;
    if (Date.now() > end) {
      const state = delivery?.state ?? 'not there';
      throw new GatewayError(
        'CANARY_NOT_FORWARDED',
        `The delivery of the canary's dump did not end in time (${state})`,
      );
    }
    await pause(POLL_MS);
  }
}
