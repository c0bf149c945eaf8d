import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Catalog } from '../catalog/catalog.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import type { SpoolShortage } from '../spool/budget.ts';
import type { Storage } from '../storage/storage.ts';
import type { Check } from './readiness.ts';

export interface CheckedParts {
  readonly spoolDirectory: string;
  /** Why no new sessions are accepted; `null` if they are. */
  room(): SpoolShortage | null;
  readonly catalog: Catalog;
  readonly storage: Storage;
  /** `undefined` if forwarding is off. */
  readonly forwarder?: { readonly paused: unknown } | undefined;
}

/**
 * The checks of a gateway. Only the spool is required: during an outage of storage or catalog, sessions are accepted
 * and wait in the spool. If the outage made gateways unready, the load balancer would send clients to none of them,
 * because all of them share the back end, and the sessions would be lost.
 */
export function gatewayChecks(parts: CheckedParts): Readonly<Record<string, Check>> {
  const { spoolDirectory, room, catalog, storage, forwarder } = parts;
  const forward: Check = {
    code: 'FORWARD_PAUSED',
    required: false,
    run: () => (forwarder?.paused ? Promise.reject(new GatewayError('FORWARD_PAUSED')) : Promise.resolve()),
  };
  return {
    spool: {
      code: 'DATA_DIRECTORY_UNUSABLE',
      required: true,
      run: () => access(spoolDirectory, constants.R_OK | constants.W_OK | constants.X_OK),
    },
    room: {
      code: 'SPOOL_FULL',
      required: true,
      run: async () => {
        if (room() !== null) throw new GatewayError('SPOOL_FULL');
      },
    },
    catalog: { code: 'CATALOG_UNAVAILABLE', required: false, run: () => catalog.sessions.list({ limit: 1 }) },
    storage: { code: 'STORAGE_UNAVAILABLE', required: false, run: () => reach(storage) },
    ...(forwarder && { forward }),
  };
}

/** No dump has this key. A storage that works answers that nothing is there. */
const PROBE_KEY = 'readyz/probe';

async function reach(storage: Storage): Promise<void> {
  try {
    const found = await storage.get(PROBE_KEY);
    found.destroy();
  } catch (error) {
    if (!isGatewayError(error, 'DUMP_NOT_FOUND')) throw error;
  }
}
