import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { S3_CREDENTIALS, TestS3 } from '@rtcstats-server/testing/s3';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { openSqliteCatalog } from '../catalog/sqlite.ts';
import { createConfig } from '../config/config.ts';
import { AGE_MAGIC } from './age-header.ts';
import { openDumpStores } from './open.ts';
import { keyPair } from './testing/stores.ts';

let s3: TestS3;
beforeAll(async () => {
  s3 = await TestS3.start();
});

it('encrypts dumps in a bucket and in its quarantine, in parts as well, and names the SHA-256 of the plain dump', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rtcstats-encrypted-s3-'));
  const { identity, recipient } = await keyPair();
  const identityFile = join(dataDirectory, 'identity.txt');
  await writeFile(identityFile, identity);
  const bucket = await s3.createBucket();
  const settings = { bucket, endpoint: s3.endpoint, forcePathStyle: true, credentials: S3_CREDENTIALS };
  const storage = {
    type: 's3',
    s3: { ...settings, prefix: 'calls', quarantinePrefix: 'suspect' },
    encryption: { recipients: [recipient], identityFile },
  } as const;
  const catalog = openSqliteCatalog(':memory:');
  const stores = await openDumpStores(createConfig({ dataDirectory, storage }), catalog.dumpKeys);
  onTestFinished(async () => {
    await stores.close();
    await catalog.close();
    await rm(dataDirectory, { recursive: true });
  });
  // More than one part of an upload.
  const packed = randomBytes(9 * 1024 * 1024);
  const path = join(dataDirectory, 'packed');
  await writeFile(path, packed);
  const sha256 = createHash('sha256').update(packed).digest('hex');
  for (const [store, key, object] of [
    [stores.storage, '2026/03/01/a.gz', 'calls/2026/03/01/a.gz'],
    [stores.quarantine, 'a.gz', 'suspect/a.gz'],
  ] as const) {
    expect(await store.put(key, path, { policy: 'standard@1', sha256 })).toBe(packed.length);
    const { bytes, metadata, contentType } = await s3.object(bucket, object);
    expect(bytes.subarray(0, AGE_MAGIC.length).toString()).toBe(AGE_MAGIC);
    expect({ metadata, contentType }).toEqual({
      metadata: { policy: 'standard@1', sha256 },
      contentType: 'application/octet-stream',
    });
    expect((await buffer(await store.get(key))).equals(packed)).toBe(true);
    await store.deleteMany([key]);
    await expect(store.get(key)).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
    expect(await catalog.dumpKeys.of(`${store === stores.storage ? 'dumps' : 'quarantine'}/${key}`)).toEqual([]);
  }
});
