import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Catalog } from '../catalog/catalog.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import type { SpoolShortage } from '../spool/budget.ts';
import type { Storage } from '../storage/storage.ts';
import type { Check } from './readiness.ts';

export interface CheckedParts {
  readonly spoolDirectory: string;
  /** Why no new sessions are taken; `null` when they are. */
  room(): SpoolShortage | null;
  readonly catalog: Catalog;
  readonly storage: Storage;
  /** `undefined` where nothing is forwarded. */
  readonly forwarder?: { readonly paused: unknown } | undefined;
}

/**
 * What a gateway stands on. Only the spool is required: while storage or catalog is away, sessions are taken and wait there.
 * A gateway that called itself unready for it would be sent no clients, and neither would any other, since they share what is
 * away: then everything would be lost, and nothing is otherwise.
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
    catalog: { code: 'CATALOG_UNAVAILABLE', required: false, run: () => catalog.list({ limit: 1 }) },
    storage: { code: 'STORAGE_UNAVAILABLE', required: false, run: () => reach(storage) },
    ...(forwarder && { forward }),
  };
}

/** A key that no dump has; that there is nothing under it is the answer of a storage that works. */
const PROBE_KEY = 'readyz/probe';

async function reach(storage: Storage): Promise<void> {
  try {
    const found = await storage.get(PROBE_KEY);
    found.destroy();
  } catch (error) {
    if (!isGatewayError(error, 'DUMP_NOT_FOUND')) throw error;
  }
}
