import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { findingsReport } from '@rtcstats-server/api';
import { printedBy, temporaryDirectory } from '@rtcstats-server/testing/command-line';
import { S3_CREDENTIALS, TestS3 } from '@rtcstats-server/testing/s3';
import { sessionRow } from '@rtcstats-server/testing/session-row';
import { beforeAll, expect, it } from 'vitest';
import { openCatalog } from '../catalog/open.ts';
import { createConfig } from '../config/config.ts';
import { createClient } from '../storage/s3.ts';
import { run } from './reanonymize.ts';

const cwd = temporaryDirectory();
const data = join(cwd, 'data');
const PLANTED = '203.0.113.77';
const DUMP = `RTCStatsDump\n{"fileFormat":3,"startTime":1795800000000}\n["note",null,"${PLANTED}",1795800000000]\n["b",null,1,1]\n`;

let s3: TestS3;
beforeAll(async () => {
  s3 = await TestS3.start();
  mkdirSync(join(data, 'keys'), { recursive: true, mode: 0o700 });
  writeFileSync(join(data, 'keys', 'pseudonyms.key'), Buffer.alloc(32, 7), { mode: 0o600 });
});

/** Puts dumps into a new bucket, which the configuration file names. */
async function bucketOf(keys: readonly string[]) {
  const bucket = await s3.createBucket();
  const connection = { bucket, endpoint: s3.endpoint, forcePathStyle: true, credentials: S3_CREDENTIALS };
  const settings = { dataDirectory: data, storage: { type: 's3', s3: connection } } as const;
  const config = createConfig(settings);
  const client = createClient(config.storage.s3);
  for (const Key of keys) {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: gzipSync(DUMP), ContentType: 'text/x' }));
  }
  client.destroy();
  writeFileSync(join(cwd, 'rtcstats.yaml'), JSON.stringify(settings));
  return { bucket, config };
}

async function reanonymize(...args: string[]) {
  let code = -1;
  const text = await printedBy(async () => {
    code = await run(['--json', '--config', join(cwd, 'rtcstats.yaml'), ...args]);
  });
  return { code, report: findingsReport.parse(JSON.parse(text)) };
}

async function textOf(bucket: string, key: string): Promise<string> {
  return gunzipSync((await s3.object(bucket, key)).bytes).toString();
}

it('replaces stored dumps under their keys, with the attributes of the new ones', async () => {
  const row = sessionRow('anna', { bytes: DUMP.length });
  const { bucket, config } = await bucketOf([row.storageKey!]);
  const catalog = await openCatalog(config);
  try {
    await catalog.sessions.put({ ...row, receipt: { ...row.receipt, keyId: 'e0' } });
    const { code, report } = await reanonymize();
    expect(code).toBe(1);
    expect(report.dumps).toMatchObject([{ session: 'anna', findings: { ipAddresses: 1 }, outcome: 'rewritten' }]);
    expect(await s3.keys(bucket)).toEqual([row.storageKey]);
    expect(await textOf(bucket, row.storageKey!)).not.toContain(PLANTED);
    const { receipt } = (await catalog.sessions.get('anna'))!;
    const { metadata } = await s3.object(bucket, row.storageKey!);
    expect(metadata).toEqual({ policy: report.policy, sha256: receipt.sha256 });
  } finally {
    await catalog.close();
  }
});

it('replaces the objects of an archive', async () => {
  const { bucket } = await bucketOf(['dumps/a b.gz', 'dumps/c.gz', 'other.gz']);
  const { code, report } = await reanonymize('--from', `s3://${bucket}/dumps/`);
  expect(code).toBe(1);
  const names = ['a b.gz', 'c.gz'].map((name) => `s3://${bucket}/dumps/${name}`);
  expect(report.dumps).toMatchObject(names.map((session) => ({ session, outcome: 'rewritten' })));
  for (const key of ['dumps/a b.gz', 'dumps/c.gz']) expect(await textOf(bucket, key)).not.toContain(PLANTED);
  expect((await s3.object(bucket, 'dumps/c.gz')).contentType).toBe('text/x');
  expect(await textOf(bucket, 'other.gz')).toContain(PLANTED);
  expect(await reanonymize('--from', `s3://${bucket}/dumps/`)).toMatchObject({ code: 0, report: { dumps: [] } });
});
