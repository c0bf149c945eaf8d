import type { Catalog } from '../../catalog/catalog.ts';
import type { ErasureOutcome } from '../../catalog/erasures.ts';
import type { SessionRow } from '../../catalog/sessions.ts';
import { isGatewayError } from '../../errors/gateway-error.ts';
import type { Sessions } from '../sessions.ts';
import type { RemovedSession, RemovesSessions } from './contract.ts';

/** Removes sessions by deleting them one by one, as `sessions delete` does. */
export class DeletingRemoval implements RemovesSessions {
  readonly #sessions: Pick<Sessions, 'delete'>;
  readonly #catalog: Pick<Catalog, 'deliveries'>;
  readonly #withdrawn: () => void;

  /** @param withdrawn called when a dump may have to be deleted at rtcstats.com */
  constructor(sessions: Pick<Sessions, 'delete'>, catalog: Pick<Catalog, 'deliveries'>, withdrawn: () => void) {
    this.#sessions = sessions;
    this.#catalog = catalog;
    this.#withdrawn = withdrawn;
  }

  async remove({ id, host, state }: SessionRow): Promise<RemovedSession> {
    let done: ErasureOutcome = 'removed';
    try {
      await this.#sessions.delete(id);
    } catch (error) {
      if (isGatewayError(error, 'DUMP_NOT_FOUND')) {
        const reasons = { dump: `the gateway ${JSON.stringify(host)}` };
        return { places: { dump: 'pending', catalog: 'pending' }, reasons };
      }
      if (!isGatewayError(error, 'SESSION_NOT_FOUND')) throw error;
      done = 'absent';
    }
    this.#withdrawn();
    const delivery = await this.#catalog.deliveries.get(id);
    const isLeft = delivery !== undefined && delivery.state !== 'withdrawn';
    const deliveries: ErasureOutcome = isLeft ? 'pending' : delivery ? 'removed' : 'absent';
    const dump = state === 'erased' ? 'absent' : done;
    return { places: { dump, deliveries, catalog: done }, reasons: isLeft ? { deliveries: 'rtcstats.com' } : {} };
  }
}
