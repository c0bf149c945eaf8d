import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describeStorage } from '@rtcstats-server/testing/contracts/storage';
import { TcpProxy } from '@rtcstats-server/testing/proxy';
import { S3_CREDENTIALS, TestS3 } from '@rtcstats-server/testing/s3';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createConfig } from '../config/config.ts';
import { S3Storage, type S3Timeouts } from './s3.ts';
import type { DumpAttributes } from './storage.ts';

let s3: TestS3;
beforeAll(async () => {
  s3 = await TestS3.start();
});

const QUICK: S3Timeouts = { connect: 500, request: 1000, idle: 500 };
const KEY = '2026/03/01/0195-a.gz';
const MIB = 1024 * 1024;

function settings(bucket: string, more: Record<string, unknown> = {}) {
  const s3Settings = { bucket, endpoint: s3.endpoint, forcePathStyle: true, credentials: S3_CREDENTIALS, ...more };
  return createConfig({ storage: { type: 's3', s3: s3Settings } }).storage.s3;
}

function open(bucket: string, more: Record<string, unknown> = {}, timeouts?: S3Timeouts): S3Storage {
  const storage = new S3Storage(settings(bucket, more), timeouts);
  onTestFinished(() => storage.close());
  return storage;
}

async function fileOf(bytes: Uint8Array): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-s3-source-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'dump'), bytes);
  return join(directory, 'dump');
}

/** A service that answers every request with an error, as S3 writes it. */
async function refusing(status: number, code: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>about not-to-be-shown</Message></Error>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const inBucket = async (more: Record<string, unknown> = {}) => new S3Storage(settings(await s3.createBucket(), more));
/** A port on which nobody listens. */
const NOBODY = 'http://127.0.0.1:1';

for (const prefix of ['', 'calls/rtcstats/']) {
  let bucket: string;
  describeStorage(prefix === '' ? 'S3' : 'S3 below a prefix', {
    create: async () => {
      bucket = await s3.createBucket();
      return new S3Storage(settings(bucket, { prefix }));
    },
    broken: () => inBucket({ endpoint: NOBODY }),
    attributes: async (_, key) => (await s3.object(bucket, `${prefix}${key}`)).metadata as unknown as DumpAttributes,
    breakOff: async () => {
      const proxy = await TcpProxy.start(s3.port);
      const storage = await inBucket({ prefix, endpoint: `http://127.0.0.1:${proxy.port}` });
      return { storage, cut: () => proxy.refuse() };
    },
  });
}

describe('an object', () => {
  const attributes = { policy: 'standard@3f9a2c81d0e4b756', sha256: 'ab'.repeat(32) };

  it('stands below the prefix, and says policy and hash of its bytes', async () => {
    const bucket = await s3.createBucket();
    await open(bucket, { prefix: 'calls/rtcstats/' }).put(KEY, await fileOf(Buffer.from('dump')), attributes);
    expect(await s3.keys(bucket)).toEqual([`calls/rtcstats/${KEY}`]);
    expect(await s3.object(bucket, `calls/rtcstats/${KEY}`)).toEqual({
      bytes: Buffer.from('dump'),
      metadata: attributes,
      contentType: 'application/gzip',
    });
  });

  it('that is large is sent in parts, which leave nothing else behind', async () => {
    const bucket = await s3.createBucket();
    const bytes = randomBytes(17 * MIB + 5);
    const begun = s3.requests.length;
    expect(await open(bucket).put(KEY, await fileOf(bytes), attributes)).toBe(bytes.length);
    const parts = s3.requests.slice(begun).filter(({ method }) => method === 'PUT');
    expect(parts.map(({ headers }) => Number(headers['content-length']))).toEqual([8 * MIB, 8 * MIB, MIB + 5]);
    // The service compares what it got with the hash that is signed.
    for (const { headers } of parts) expect(headers['x-amz-content-sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(parts[2]!.headers['x-amz-content-sha256']).toBe(
      createHash('sha256')
        .update(bytes.subarray(16 * MIB))
        .digest('hex'),
    );
    expect(await s3.keys(bucket)).toEqual([KEY]);
    const stored = await s3.object(bucket, KEY);
    expect(stored.bytes.equals(bytes)).toBe(true);
    expect(stored).toMatchObject({ metadata: attributes, contentType: 'application/gzip' });
    expect((await buffer(await open(bucket).get(KEY))).equals(bytes)).toBe(true);
  });

  it.each([
    [{}, undefined, undefined],
    [{ serverSideEncryption: 'AES256' }, 'AES256', undefined],
    [{ serverSideEncryption: 'aws:kms' }, 'aws:kms', undefined],
    [{ serverSideEncryption: 'aws:kms', kmsKeyId: 'alias/dumps' }, 'aws:kms', 'alias/dumps'],
  ])('is encrypted by the service as %j says, whole or in parts', async (more, method, key) => {
    const bucket = await s3.createBucket();
    const begun = s3.requests.length;
    await open(bucket, more).put(KEY, await fileOf(Buffer.from('dump')));
    await open(bucket, more).put(KEY, await fileOf(Buffer.alloc(8 * MIB + 1)));
    const asked = s3.requests.slice(begun);
    const whole = asked.find(({ method: name, url }) => name === 'PUT' && !url.includes('partNumber'))!;
    const parted = asked.find(({ url }) => url.includes('uploads'))!;
    for (const { headers } of [whole, parted]) {
      expect(headers['x-amz-server-side-encryption']).toBe(method);
      expect(headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe(key);
    }
  });

  it('of which a part could not be sent is not there, and its parts are given up', async () => {
    const bucket = await s3.createBucket();
    const proxy = await TcpProxy.start(s3.port);
    const storage = open(bucket, { endpoint: `http://127.0.0.1:${proxy.port}` }, { ...QUICK, request: 1500 });
    await storage.put('2026/03/01/first.gz', await fileOf(Buffer.from('dump')));
    const path = await fileOf(randomBytes(9 * MIB));
    const begun = s3.requests.length;
    await proxy.slow(4 * MIB);
    await expect(storage.put(KEY, path)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true });
    await proxy.pass();
    expect(await s3.keys(bucket)).toEqual(['2026/03/01/first.gz']);
    await expect
      .poll(() => s3.requests.slice(begun).map(({ method, url }) => `${method} ${url.includes('uploadId')}`))
      .toContain('DELETE true');
    expect(await open(bucket).put(KEY, path)).toBe(9 * MIB);
  });
});

describe('an outage', () => {
  it('is a retryable error, and works again after, without a restart', async () => {
    const bucket = await s3.createBucket();
    const proxy = await TcpProxy.start(s3.port);
    const storage = open(bucket, { endpoint: `http://127.0.0.1:${proxy.port}` }, QUICK);
    const path = await fileOf(Buffer.from('dump'));
    await storage.put(KEY, path);
    const lost = { code: 'STORAGE_UNAVAILABLE', retryable: true };
    for (const outage of ['refuse', 'hang'] as const) {
      await proxy[outage]();
      await expect(storage.put(KEY, path)).rejects.toMatchObject(lost);
      await expect(storage.get(KEY)).rejects.toMatchObject({
        ...lost,
        message: expect.stringMatching(/^The bucket test-bucket-\d+ at 127\.0\.0\.1:\d+ cannot be reached or written/),
      });
      await expect(storage.delete(KEY)).rejects.toMatchObject(lost);
      await proxy.pass();
      expect(await storage.put(KEY, path)).toBe(4);
    }
  });

  it('of the service is over when it is back', async () => {
    const bucket = await s3.createBucket();
    const storage = open(bucket, {}, QUICK);
    const path = await fileOf(Buffer.from('dump'));
    await storage.put(KEY, path);
    await s3.stop();
    await expect(storage.put(KEY, path)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await s3.restart();
    expect((await buffer(await storage.get(KEY))).toString()).toBe('dump');
  });

  it.each(['cut', 'hang'] as const)('in the middle of a read (%s) is an error, not a short dump', async (outage) => {
    const bucket = await s3.createBucket();
    const proxy = await TcpProxy.start(s3.port);
    const storage = open(bucket, { endpoint: `http://127.0.0.1:${proxy.port}` }, QUICK);
    await open(bucket).put(KEY, await fileOf(randomBytes(20 * MIB)));
    if (outage === 'cut') await proxy.cutAfter(5 * MIB);
    const stream = await storage.get(KEY);
    if (outage === 'hang') await proxy.hang();
    await expect(buffer(stream)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringMatching(/ stopped after \d+ of 20971520 bytes of a dump$/),
    });
  });

  it('is not what a slow reader is', async () => {
    const bucket = await s3.createBucket();
    const storage = open(bucket, {}, QUICK);
    const bytes = randomBytes(4 * MIB);
    await open(bucket).put(KEY, await fileOf(bytes));
    const stream = await storage.get(KEY);
    const pieces: Buffer[] = [];
    for await (const piece of stream) {
      // Longer than the service may take between two pieces.
      if (pieces.length === 1) await new Promise((resolve) => setTimeout(resolve, 2 * QUICK.idle));
      pieces.push(piece as Buffer);
    }
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });

  it('ends nothing when a reader leaves early', async () => {
    const bucket = await s3.createBucket();
    const storage = open(bucket, {}, QUICK);
    await open(bucket).put(KEY, await fileOf(randomBytes(4 * MIB)));
    const left = await storage.get(KEY);
    left.destroy();
    for await (const _ of await storage.get(KEY)) break;
    expect((await buffer(await storage.get(KEY))).length).toBe(4 * MIB);
  });
});

describe('what waiting does not mend', () => {
  it.each([
    [404, 'NoSuchBucket', 'Create the bucket'],
    [403, 'AccessDenied', 's3:PutObject'],
    [403, 'InvalidAccessKeyId', 'storage.s3.credentials'],
    [403, 'SignatureDoesNotMatch', 'storage.s3.credentials'],
    [301, 'PermanentRedirect', 'storage.s3.region'],
    [403, 'RequestTimeTooSkewed', 'clock'],
    [400, 'InvalidRequest', 'manual of the service'],
    [400, 'KMS.NotFoundException', 'storage.s3.kmsKeyId'],
  ])('is named with what to do: HTTP %i %s', async (status, code, todo) => {
    const storage = open('some-bucket', { endpoint: await refusing(status, code) });
    const error = await storage.put(KEY, await fileOf(Buffer.from('dump'))).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'STORAGE_MISCONFIGURED',
      retryable: false,
      message: expect.stringContaining(code),
      todo: expect.stringContaining(todo),
    });
    expect((error as Error).message).not.toContain('not-to-be-shown');
  });

  it.each([
    [503, 'SlowDown'],
    [500, 'InternalError'],
    [400, 'RequestTimeout'],
    [400, 'BadDigest'],
  ])('is not: HTTP %i %s', async (status, code) => {
    const storage = open('some-bucket', { endpoint: await refusing(status, code) });
    const put = storage.put(KEY, await fileOf(Buffer.from('dump')));
    await expect(put).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true });
  });
});

describe('the probe at the start', () => {
  it('accepts an existing bucket, and leaves nothing in it', async () => {
    const bucket = await s3.createBucket();
    await open(bucket).probe();
    expect(await s3.keys(bucket)).toEqual([]);
  });

  it('reports a missing bucket, and a service that does not answer', async () => {
    await expect(open('no-such-bucket').probe()).rejects.toMatchObject({ code: 'STORAGE_MISCONFIGURED' });
    await expect(open('some-bucket', { endpoint: NOBODY }, QUICK).probe()).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    });
  });

  it('does not insist on the right to list', async () => {
    await open('some-bucket', { endpoint: await refusing(403, 'AccessDenied') }).probe();
  });
});
