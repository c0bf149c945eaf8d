import { CatalogAuditLog } from '../audit/catalog-audit-log.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Config } from '../config/config.ts';
import { retentionPeriods } from '../config/retention-schema.ts';
import { SessionRemoval } from '../lifecycle/removal.ts';
import type { RetentionContext } from '../lifecycle/retention/pass.ts';
import type { Storage } from '../storage/storage.ts';

/** The back ends that retention removes from. */
export interface RetentionStores {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly quarantine: Storage;
}

/** @param holder who takes the lease; default: the gateway, by its name */
export function retentionContext(
  stores: RetentionStores,
  holder: string = stores.config.server.hostIdentifier,
): RetentionContext {
  const { config, catalog, storage, quarantine } = stores;
  const { dataDirectory, server } = config;
  const host = server.hostIdentifier;
  const isStorageShared = config.storage.type === 's3';
  return {
    catalog,
    storage,
    quarantine,
    removal: new SessionRemoval({ catalog, storage, quarantine, host, dataDirectory, holder }),
    audit: new CatalogAuditLog(catalog.audit),
    periods: retentionPeriods(config.retention),
    host,
    holder,
    isCatalogShared: config.catalog.type === 'postgres',
    isStorageShared,
    isQuarantineShared: isStorageShared && config.storage.s3.quarantinePrefix !== undefined,
    dataDirectory,
  };
}
