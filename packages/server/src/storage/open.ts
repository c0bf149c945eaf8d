import { join } from 'node:path';
import { loadOptional } from '../errors/optional-package.ts';
import { type OpenOptions, waitUntilReachable } from '../retry/outage.ts';
import { LocalStorage } from './local.ts';
import type { S3Settings } from './s3-settings.ts';
import type { Storage } from './storage.ts';

/** The part of the configuration that says where dumps are stored. */
export interface StorageConfig {
  /** Absolute. */
  readonly dataDirectory: string;
  readonly storage: { readonly type: 'local' | 's3'; readonly s3: S3Settings };
}

interface StorageOptions extends OpenOptions {
  /** Whether the caller is the gateway, the only writer: it removes incomplete copies that a crash left. */
  readonly owner?: boolean;
  /** Whether to create missing directories; the default. Otherwise `get` finds nothing and `put` fails. */
  readonly create?: boolean;
}

/**
 * The storage of finished dumps that the configuration names.
 *
 * @param options.log given by a gateway, which starts even when the service is not reachable
 */
export async function openStorage(config: StorageConfig, options: StorageOptions = {}): Promise<Storage> {
  const { type } = config.storage;
  switch (type) {
    case 'local':
      return await LocalStorage.open(join(config.dataDirectory, 'dumps'), { clean: options.owner ?? false });
    case 's3': {
      const { S3Storage } = await loadS3();
      const storage = new S3Storage(config.storage.s3);
      // A command learns from its own first request whether the service can be reached.
      if (options.log === undefined) return storage;
      try {
        await waitUntilReachable(() => storage.probe(), options.log, 'the storage cannot be reached');
        return storage;
      } catch (error) {
        await storage.close();
        throw error;
      }
    }
    default:
      throw new TypeError(`There is no storage ${type satisfies never}`);
  }
}

/**
 * Opens the place of the dumps with findings: a directory of this gateway, or with `storage.s3.quarantinePrefix` the
 * bucket, which all gateways share.
 */
export async function openQuarantine(config: StorageConfig, options: StorageOptions = {}): Promise<Storage> {
  const { owner = false, create = true } = options;
  const { type, s3 } = config.storage;
  if (type === 's3' && s3.quarantinePrefix !== undefined) {
    const { S3Storage } = await loadS3();
    return new S3Storage({ ...s3, prefix: s3.quarantinePrefix });
  }
  return await LocalStorage.open(join(config.dataDirectory, 'quarantine'), { clean: owner, create });
}

/** The AWS SDK is 20 MB that only installations with a bucket need. */
function loadS3(): Promise<typeof import('./s3.ts')> {
  return loadOptional('storage.type: s3', ['@aws-sdk/client-s3'], () => import('./s3.ts'));
}

/** The key of a dump in quarantine. */
export function quarantineKey(id: string): string {
  return `${id}.gz`;
}
