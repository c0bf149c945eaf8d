import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DumpKeys } from '../catalog/dump-keys.ts';
import { openQuarantine, openStorage, type StorageConfig } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';
import { EncryptedStorage } from './encrypted-storage.ts';
import { DumpEncryption, type EncryptionSettings } from './encryption.ts';

/** The part of the configuration that says where and how dumps are stored. */
export interface DumpStoresConfig extends StorageConfig {
  readonly storage: StorageConfig['storage'] & { readonly encryption: EncryptionSettings };
}

export interface DumpStores {
  readonly storage: Storage;
  readonly quarantine: Storage;
  close(): Promise<void>;
}

export interface DumpStoresOptions {
  /** As `openStorage` and `openQuarantine` take them. */
  readonly storage?: Parameters<typeof openStorage>[1];
  readonly quarantine?: Parameters<typeof openQuarantine>[1];
  /** Wraps the storages themselves, for metrics. Default: unchanged. */
  readonly observed?: (storage: Storage, name: 'storage' | 'quarantine') => Storage;
}

/**
 * Opens storage and quarantine for packed dumps, which are encrypted if `storage.encryption` says so.
 *
 * @throws GatewayError ENCRYPTION_UNUSABLE, and those of `openStorage` and `openQuarantine`
 */
export async function openDumpStores(
  config: DumpStoresConfig,
  keys: DumpKeys,
  { storage, quarantine, observed = (opened) => opened }: DumpStoresOptions = {},
): Promise<DumpStores> {
  const encryption = await DumpEncryption.open(config.storage.encryption);
  const directory = join(config.dataDirectory, 'encrypting');
  const opened: { close(): Promise<void> }[] = [encryption];
  const close = async (): Promise<void> => {
    for (const part of opened.toReversed()) await part.close();
  };
  try {
    // What a crash left there; the files are encrypted and useless.
    if (storage?.owner) await rm(directory, { recursive: true, force: true });
    const dumps = observed(await openStorage(config, storage), 'storage');
    opened.push(dumps);
    const quarantined = observed(await openQuarantine(config, quarantine), 'quarantine');
    opened.push(quarantined);
    const common = { keys, encryption, directory };
    return {
      storage: new EncryptedStorage({ ...common, storage: dumps, name: 'dumps' }),
      quarantine: new EncryptedStorage({ ...common, storage: quarantined, name: 'quarantine' }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
