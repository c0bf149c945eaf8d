import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { onTestFinished } from 'vitest';
import { openSqliteCatalog } from '../../catalog/sqlite.ts';
import { createConfig } from '../../config/config.ts';
import { type DumpStores, openDumpStores } from '../open.ts';

/** A key pair of an operator. */
export interface KeyPair {
  readonly identity: string;
  readonly recipient: string;
}

export async function keyPair(): Promise<KeyPair> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** An empty data directory with a catalog, whose storage can be opened with different keys. */
export async function dumpDirectory() {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rtcstats-encrypted-'));
  const catalog = openSqliteCatalog(join(dataDirectory, 'catalog.sqlite'));
  onTestFinished(async () => {
    await catalog.close();
    await rm(dataDirectory, { recursive: true });
  });
  const path = (...parts: string[]): string => join(dataDirectory, ...parts);
  return {
    catalog,
    path,
    /** @param identities of the identity file; undefined: there is none */
    open: async (recipients: readonly string[], identities?: readonly string[]): Promise<DumpStores> => {
      const identityFile = path('identities.txt');
      if (identities) await writeFile(identityFile, `# created by a test\n\n${identities.join('\r\n')}\n`);
      const encryption = { recipients, ...(identities && { identityFile }) };
      const stores = await openDumpStores(createConfig({ dataDirectory, storage: { encryption } }), catalog.dumpKeys);
      onTestFinished(() => stores.close());
      return stores;
    },
    file: async (content: Uint8Array | string): Promise<string> => {
      await writeFile(path('source'), content);
      return path('source');
    },
    stored: (key: string): Promise<Buffer> => readFile(path('dumps', key)),
    /** Copies an object, as a backup does. @returns a function that puts it back */
    backup: async (key: string): Promise<() => Promise<void>> => {
      await copyFile(path('dumps', key), path('backup'));
      return () => copyFile(path('backup'), path('dumps', key));
    },
    /** Files that are on their way to the storage. */
    leftovers: async (): Promise<string[]> => await readdir(path('encrypting')),
  };
}
