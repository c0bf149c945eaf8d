import { join } from 'node:path';
import { GatewayError } from '../errors/gateway-error.ts';
import { loadOptional } from '../errors/optional-package.ts';
import { makePrivateDirectory } from '../files/private-files.ts';
import { type OpenOptions, waitUntilReachable } from '../retry/outage.ts';
import type { Catalog } from './catalog.ts';
import type { PostgresSettings } from './postgres-settings.ts';
import { openSqliteCatalog, openThreadedSqliteCatalog } from './sqlite.ts';

/** The part of the configuration that says where the catalog is. */
export interface CatalogConfig {
  /** Absolute. */
  readonly dataDirectory: string;
  readonly catalog: { readonly type: 'sqlite' | 'postgres'; readonly postgres: PostgresSettings };
}

interface CatalogOptions extends OpenOptions {
  /** Whether the caller is the gateway that owns the data directory. */
  readonly owner?: boolean;
}

/**
 * The catalog that the configuration names, migrated. The server and any number of commands may have it open.
 *
 * @param options.log given by a gateway, which starts even when the database is not reachable and migrates it later
 */
export async function openCatalog(config: CatalogConfig, options: CatalogOptions = {}): Promise<Catalog> {
  const catalog = await createCatalog(config, options.owner);
  try {
    const mayBeAway = config.catalog.type === 'postgres';
    await waitUntilReachable(
      () => catalog.migrate(),
      mayBeAway ? options.log : undefined,
      'the catalog cannot be reached',
    );
    return catalog;
  } catch (error) {
    await catalog.close();
    throw error;
  }
}

/** The same without migrating it, for callers that report the applied migrations. */
export async function createCatalog(config: CatalogConfig, owner = false): Promise<Catalog> {
  const { type } = config.catalog;
  switch (type) {
    case 'sqlite':
      try {
        makePrivateDirectory(config.dataDirectory);
      } catch (cause) {
        throw new GatewayError('DATA_DIRECTORY_UNUSABLE', undefined, { cause });
      }
      return await (owner ? openThreadedSqliteCatalog : openSqliteCatalog)(
        join(config.dataDirectory, 'catalog.sqlite'),
      );
    case 'postgres': {
      // The driver is loaded only where it is used.
      const load = () => import('./postgres.ts');
      const { openPostgresCatalog } = await loadOptional('catalog.type: postgres', ['pg'], load);
      return openPostgresCatalog(config.catalog.postgres);
    }
    default:
      throw new TypeError(`There is no catalog ${type satisfies never}`);
  }
}
