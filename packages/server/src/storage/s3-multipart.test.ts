import { randomBytes } from 'node:crypto';
import { truncateSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { S3_CREDENTIALS } from '@rtcstats-server/testing/s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConfig } from '../config/config.ts';
import { S3Storage, type S3Timeouts } from './s3.ts';

const QUICK: S3Timeouts = { connect: 500, request: 1000, idle: 500 };
const KEY = '2026/03/01/0195-a.gz';
const MIB = 1024 * 1024;

function open(bucket: string, more: Record<string, unknown> = {}, timeouts?: S3Timeouts): S3Storage {
  const settings = { bucket, forcePathStyle: true, credentials: S3_CREDENTIALS, ...more };
  const storage = new S3Storage(createConfig({ storage: { type: 's3', s3: settings } }).storage.s3, timeouts);
  onTestFinished(() => storage.close());
  return storage;
}

async function fileOf(bytes: Uint8Array): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rtcstats-s3-source-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'dump'), bytes);
  return join(directory, 'dump');
}

/**
 * A service that takes every part and throws it away. `onPart` is called with each whole part; it returns true when it
 * answers instead.
 */
async function swallowing(
  onPart: (number: number, response: ServerResponse) => boolean,
  onAbort: (response: ServerResponse) => void = (response) => void response.writeHead(204).end(),
): Promise<{ readonly endpoint: string; readonly requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, 'http://localhost');
    const part = Number(searchParams.get('partNumber') ?? 0);
    const kind =
      part > 0 ? 'part' : request.method === 'DELETE' ? 'abort' : searchParams.has('uploads') ? 'create' : 'end';
    requests.push(kind);
    request.resume();
    request.once('end', () => {
      if (kind === 'abort') return onAbort(response);
      if (kind === 'part' && onPart(part, response)) return;
      response.writeHead(200, { 'content-type': 'application/xml', etag: '"e"' });
      const bodies = {
        create: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
      };
      const end = '<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>';
      response.end(kind === 'part' ? undefined : kind === 'create' ? bodies.create : end);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}

describe('an upload in parts', () => {
  it('has no more than two parts in memory: the one that is sent, and one that is not collected yet', async () => {
    v8.setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const collect = (): void => {
      gc();
      // V8 frees buffers in another thread, which the next collection waits for.
      gc();
    };
    const path = await fileOf(new Uint8Array(0));
    // A buffer of this size would count until it is collected, which may be later than `before`.
    truncateSync(path, 40 * MIB);
    collect();
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const { endpoint } = await swallowing(() => {
      collect();
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      return false;
    });
    await open('some-bucket', { endpoint }).put(KEY, path);
    expect(most).toBeGreaterThan(7 * MIB);
    expect(most).toBeLessThan(18 * MIB);
  });

  it('reports the error of the failed part, even if aborting the upload fails too', async () => {
    const { endpoint, requests } = await swallowing(
      (_, response) => {
        fail(response, 503, 'SlowDown');
        return true;
      },
      (response) => fail(response, 403, 'AccessDenied'),
    );
    const put = open('some-bucket', { endpoint }).put(KEY, await fileOf(randomBytes(9 * MIB)));
    await expect(put).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true });
    expect(requests.at(-1)).toBe('abort');
  });

  it('makes no object of a file that becomes shorter meanwhile', async () => {
    const path = await fileOf(randomBytes(17 * MIB));
    const { endpoint, requests } = await swallowing((part) => {
      if (part === 1) truncateSync(path, 16 * MIB + 5);
      return false;
    });
    const put = open('some-bucket', { endpoint }).put(KEY, path);
    await expect(put).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(requests).not.toContain('end');
    expect(requests.at(-1)).toBe('abort');
  });

  it('gives up a part that is not answered, and rejects in time', async () => {
    const cut = Promise.withResolvers<void>();
    const { endpoint, requests } = await swallowing((_, response) => {
      response.once('close', () => cut.resolve());
      return true;
    });
    const put = open('some-bucket', { endpoint }, QUICK).put(KEY, await fileOf(randomBytes(9 * MIB)));
    await expect(put).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    // The connection, and with it the part in memory, is gone.
    await cut.promise;
    expect(requests).toEqual(['create', 'part', 'abort']);
  });
});
