import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { LocalStorage } from './local.ts';
import type { Storage } from './storage.ts';

type StorageConfig = Pick<Config, 'dataDirectory' | 'storage'>;

/** @property owner the caller is the gateway, and nobody else writes: what a crash left half done is removed */
interface OpenOptions {
  readonly owner?: boolean;
}

/** The storage of finished dumps that the configuration names. */
export async function openStorage(config: StorageConfig, options: OpenOptions = {}): Promise<Storage> {
  const { type } = config.storage;
  switch (type) {
    case 'local':
      return await LocalStorage.open(join(config.dataDirectory, 'dumps'), { clean: options.owner ?? false });
    default:
      throw new TypeError(`There is no storage ${type satisfies never}`);
  }
}

/** Where dumps go that must not leave this machine: `<data>/quarantine/<id>.gz`, whatever the storage is. */
export async function openQuarantine(config: StorageConfig, options: OpenOptions = {}): Promise<Storage> {
  return await LocalStorage.open(join(config.dataDirectory, 'quarantine'), { clean: options.owner ?? false });
}

/** The key of a dump in quarantine. */
export function quarantineKey(id: string): string {
  return `${id}.gz`;
}
