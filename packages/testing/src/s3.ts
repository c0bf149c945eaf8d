import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll } from 'vitest';

/** The part of s3rver that is used here; it has no types of its own. */
interface S3rver {
  httpServer: Server;
  run(): Promise<{ port: number }>;
}
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: {
  readonly address: string;
  readonly port: number;
  readonly silent: boolean;
  readonly directory: string;
}) => S3rver;

/** Credentials of the only account of s3rver. */
export const S3_CREDENTIALS = Object.freeze({ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' });

/** An object in a bucket. */
export interface StoredObject {
  readonly bytes: Buffer;
  /** User-defined metadata: `x-amz-meta-*` headers without the prefix. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
}

/** A request that the server received. */
export interface S3Request {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * An S3 server over HTTP in this process, on a free port of the loopback interface, with its objects in a temporary
 * directory. Start one per test file and create a bucket for each test.
 */
export class TestS3 {
  readonly #directory: string;
  #server: S3rver | undefined;
  /** The last put of each object. */
  readonly #puts = new Map<string, Promise<unknown>>();
  #buckets = 0;
  port = 0;
  /** Requests so far, oldest first. */
  readonly requests: S3Request[] = [];

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Starts a server. Call it in `beforeAll`; the server stops after the tests of the file. */
  static async start(): Promise<TestS3> {
    const directory = await mkdtemp(join(tmpdir(), 'rtcstats-s3-'));
    const s3 = new TestS3(directory);
    afterAll(async () => {
      await s3.stop();
      await rm(directory, { recursive: true, force: true });
    });
    await s3.restart();
    return s3;
  }

  /** URL of the server. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Creates an empty bucket. @returns its name */
  async createBucket(): Promise<string> {
    const name = `test-bucket-${++this.#buckets}`;
    await this.#ask((client) => client.send(new CreateBucketCommand({ Bucket: name })));
    return name;
  }

  /** Keys of all objects in a bucket, sorted. */
  async keys(bucket: string): Promise<string[]> {
    const { Contents } = await this.#ask((client) => client.send(new ListObjectsV2Command({ Bucket: bucket })));
    return (Contents ?? []).map(({ Key }) => Key!).sort();
  }

  /** Reads an object. @throws NoSuchKey */
  async object(bucket: string, key: string): Promise<StoredObject> {
    return await this.#ask(async (client) => {
      const { Body, Metadata, ContentType } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return {
        bytes: Buffer.from(await Body!.transformToByteArray()),
        metadata: Metadata ?? {},
        contentType: ContentType,
      };
    });
  }

  /** Stops the server and closes all connections; objects stay. Safe to call twice. */
  async stop(): Promise<void> {
    const server = this.#server?.httpServer;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** Starts the server again, on the same port with the same objects. */
  async restart(): Promise<void> {
    const server = new S3rver({ address: '127.0.0.1', port: this.port, silent: true, directory: this.#directory });
    ({ port: this.port } = await server.run());
    const [handle] = server.httpServer.listeners('request') as RequestListener[];
    server.httpServer.removeAllListeners('request');
    server.httpServer.on('request', (request, response) => {
      const { method = '', url = '', headers } = request;
      this.requests.push({ method, url, headers });
      if (method !== 'PUT') return handle!(request, response);
      // S3 replaces an object as a whole. s3rver writes into the object's file, so the puts of one object must not
      // overlap.
      const turn = (this.#puts.get(url) ?? Promise.resolve()).then(() => {
        handle!(request, response);
        return once(response, 'close');
      });
      this.#puts.set(url, turn);
    });
    this.#server = server;
  }

  async #ask<T>(work: (client: S3Client) => Promise<T>): Promise<T> {
    const client = new S3Client({
      endpoint: this.endpoint,
      region: 'us-east-1',
      // A copy, because the SDK changes the object.
      credentials: { ...S3_CREDENTIALS },
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    try {
      return await work(client);
    } finally {
      client.destroy();
    }
  }
}
