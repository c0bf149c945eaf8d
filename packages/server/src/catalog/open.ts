import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { Catalog } from './catalog.ts';
import { openSqliteCatalog } from './sqlite.ts';

/** The catalog that the configuration names, migrated. The server and any number of commands may have it open. */
export async function openCatalog(config: Pick<Config, 'dataDirectory' | 'catalog'>): Promise<Catalog> {
  const catalog = await create(config);
  try {
    await catalog.migrate();
    return catalog;
  } catch (error) {
    await catalog.close();
    throw error;
  }
}

async function create(config: Pick<Config, 'dataDirectory' | 'catalog'>): Promise<Catalog> {
  const { type } = config.catalog;
  switch (type) {
    case 'sqlite':
      try {
        await mkdir(config.dataDirectory, { recursive: true });
      } catch (cause) {
        throw new GatewayError('DATA_DIRECTORY_UNUSABLE', undefined, { cause });
      }
      return openSqliteCatalog(join(config.dataDirectory, 'catalog.sqlite'));
    default:
      throw new TypeError(`There is no catalog ${type satisfies never}`);
  }
}
