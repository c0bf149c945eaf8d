import type { DeliveryState } from '@rtcstats-server/api';
import type { Catalog } from '../catalog/catalog.ts';
import type { Delivery } from '../catalog/deliveries.ts';
import type { EgressEntry } from '../catalog/ledger.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { mayLeave } from './attempt.ts';
import type { Pause } from './forwarder.ts';

export interface DeliveriesContext {
  readonly catalog: Catalog;
  /** `forward.mode` is not `off`. */
  readonly enabled: boolean;
  /** The forwarder of this process. Commands have none; the gateway picks up the deliveries that they add. */
  readonly forwarder?: { readonly paused: Pause | null; wake(): void } | undefined;
}

export interface DeliveriesOverview {
  readonly enabled: boolean;
  readonly paused: Pause | null;
  readonly counts: Readonly<Partial<Record<DeliveryState, number>>>;
  readonly deliveries: readonly Delivery[];
}

/** Lists deliveries and requests new ones, for the admin API and the commands. */
export class DeliveryService {
  readonly #context: DeliveriesContext;

  constructor(context: DeliveriesContext) {
    this.#context = context;
  }

  /** Call when a delivery may be due at once. */
  changed(): void {
    this.#context.forwarder?.wake();
  }

  /** The delivery of a session, as a list of one or none. */
  async of(sessionId: string): Promise<readonly Delivery[]> {
    const delivery = await this.#context.catalog.deliveries.get(sessionId);
    return delivery ? [delivery] : [];
  }

  async overview(query: { readonly state?: DeliveryState; readonly limit?: number }): Promise<DeliveriesOverview> {
    const { catalog, enabled, forwarder } = this.#context;
    const [counts, deliveries] = await Promise.all([catalog.deliveries.counts(), catalog.deliveries.list(query)]);
    return { enabled, paused: forwarder?.paused ?? null, counts, deliveries };
  }

  egress(query: { readonly limit?: number; readonly before?: string }): Promise<readonly EgressEntry[]> {
    return this.#context.catalog.ledger.egress(query);
  }

  /**
   * Requests the delivery of a dump that no rule chose, or retries one that failed. A delivery that is under way or
   * finished does not change, because each dump is sent once.
   *
   * @param by the requester, for the ledger
   * @throws GatewayError SESSION_NOT_FOUND, SESSION_ACTIVE, FORWARD_OFF, FORWARD_NOT_CLEAN or FORWARD_NOT_ALLOWED
   */
  async forward(sessionId: string, by: string): Promise<Delivery> {
    const { catalog, enabled } = this.#context;
    if (!enabled) throw new GatewayError('FORWARD_OFF');
    const row = await catalog.sessions.get(sessionId);
    if (!row) throw new GatewayError('SESSION_NOT_FOUND');
    if (row.state === 'recording' || row.state === 'closed') throw new GatewayError('SESSION_ACTIVE');
    if (!mayLeave(row)) throw new GatewayError('FORWARD_NOT_CLEAN');
    if (row.forward === false) throw new GatewayError('FORWARD_NOT_ALLOWED');
    const now = new Date().toISOString();
    await catalog.deliveries.add([{ sessionId, by, createdAt: now }]);
    await catalog.deliveries.retry(sessionId, by, now);
    this.changed();
    return (await catalog.deliveries.get(sessionId))!;
  }
}
