import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { S3_CREDENTIALS, TestS3 } from '@rtcstats-server/testing/s3';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Config, createConfig } from '../config/config.ts';
import { openQuarantine, openStorage, quarantineKey } from './open.ts';

let s3: TestS3;
beforeAll(async () => {
  s3 = await TestS3.start();
});

/** A gateway with a data directory of its own. */
async function gateway(bucket: string, more: Readonly<Record<string, unknown>>): Promise<Config> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'rtcstats-quarantine-'));
  onTestFinished(() => rm(dataDirectory, { recursive: true }));
  const settings = { bucket, endpoint: s3.endpoint, forcePathStyle: true, credentials: S3_CREDENTIALS, ...more };
  return createConfig({ dataDirectory, storage: { type: 's3', s3: settings } });
}

describe('the quarantine', () => {
  it('is in the bucket under its own prefix, where another gateway reads it', async () => {
    const bucket = await s3.createBucket();
    const settings = { prefix: 'dumps', quarantinePrefix: 'quarantine' };
    const [one, other] = await Promise.all([gateway(bucket, settings), gateway(bucket, settings)]);
    const file = join(one.dataDirectory, 'dump.gz');
    await writeFile(file, 'packed');
    const [written, read] = await Promise.all([openQuarantine(one), openQuarantine(other)]);
    onTestFinished(async () => void (await Promise.all([written.close(), read.close()])));
    await written.put(quarantineKey('suspect'), file);
    expect(await s3.keys(bucket)).toEqual(['quarantine/suspect.gz']);
    expect((await buffer(await read.get(quarantineKey('suspect')))).toString()).toBe('packed');
    const storage = await openStorage(other);
    onTestFinished(() => storage.close());
    await expect(storage.get(quarantineKey('suspect'))).rejects.toMatchObject({ code: 'DUMP_NOT_FOUND' });
    await read.delete(quarantineKey('suspect'));
    expect(await s3.keys(bucket)).toEqual([]);
  });

  it('stays in the data directory without a prefix', async () => {
    const bucket = await s3.createBucket();
    const config = await gateway(bucket, {});
    const file = join(config.dataDirectory, 'dump.gz');
    await writeFile(file, 'packed');
    const quarantine = await openQuarantine(config);
    await quarantine.put(quarantineKey('suspect'), file);
    await quarantine.close();
    expect(await s3.keys(bucket)).toEqual([]);
  });

  it.each(['dumps', 'dumps/'])('may not be among the dumps (%s)', async (quarantinePrefix) => {
    await expect(gateway('bucket', { prefix: 'dumps', quarantinePrefix })).rejects.toThrow(
      'storage.s3.quarantinePrefix: has to differ from storage.s3.prefix',
    );
  });
});
