import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CanaryDataDirectory, CanaryForwarding, CanarySessions } from '@rtcstats-server/canary';
import { textOf } from '../dump-content/forms.ts';
import { isGatewayError } from '../errors/gateway-error.ts';
import type { DeliveryService } from '../forward/delivery-service.ts';
import type { ForwardTarget } from '../forward/target.ts';
import type { Sessions } from '../lifecycle/sessions.ts';
import { quarantineKey } from '../storage/open.ts';

/** The requester of the delivery of a canary's dump, in the ledger of deliveries. */
const REQUESTED_BY = 'canary';

/** @param onDeleted called after a session was deleted, when its dump may have to be withdrawn from rtcstats.com */
export function canarySessions(
  sessions: Pick<Sessions, 'list' | 'text' | 'delete'>,
  onDeleted: () => void = () => {},
): CanarySessions {
  return {
    list: (query) => sessions.list(query),
    dump: (id) => dumpText(sessions, id),
    delete: async (id) => {
      await sessions.delete(id);
      onDeleted();
    },
  };
}

async function dumpText(sessions: Pick<Sessions, 'text'>, id: string): Promise<string | undefined> {
  try {
    return await text(await sessions.text(id));
  } catch (error) {
    if (isGatewayError(error, 'DUMP_NOT_FOUND') || isGatewayError(error, 'SESSION_NOT_FOUND')) return undefined;
    throw error;
  }
}

export function canaryDataDirectory(path: string): CanaryDataDirectory {
  return {
    path,
    spool: join(path, 'spool'),
    fromZstd: textOf,
    dumpFiles: ({ id, storageKey }) => {
      const quarantined = join('quarantine', quarantineKey(id));
      return storageKey === null ? [quarantined] : [quarantined, join('dumps', ...storageKey.split('/'))];
    },
  };
}

export function canaryForwarding(
  deliveries: Pick<DeliveryService, 'forward' | 'of'>,
  target: Pick<ForwardTarget, 'read'>,
): CanaryForwarding {
  return {
    deliver: async (id) => {
      await deliveries.forward(id, REQUESTED_BY);
    },
    delivery: async (id) => (await deliveries.of(id))[0],
    read: (remoteId) => target.read(remoteId),
  };
}
