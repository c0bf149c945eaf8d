import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { type DumpFormat, formatOfKey } from './format.ts';
import { checkKey } from './key.ts';
import { S3Errors } from './s3-errors.ts';
import type { S3Settings } from './s3-settings.ts';
import type { DumpAttributes, PutOptions, Storage } from './storage.ts';

/** Milliseconds. */
export interface S3Timeouts {
  /** Until a connection is established. */
  readonly connect: number;
  /** Until a request is answered, including the retries of the SDK; a part of 8 MiB then needs at least 1.2 Mbit/s. */
  readonly request: number;
  /** Between two chunks of an object that is read. */
  readonly idle: number;
}

const TIMEOUTS: S3Timeouts = { connect: 5000, request: 60_000, idle: 30_000 };

/**
 * Larger files are sent in parts of this size, one after the other, so that only one part is in memory at a time. S3
 * allows 5 MiB to 5 GiB and at most 10,000 parts, which makes 80 GB.
 */
const PART_BYTES = 8 * 1024 * 1024;

/** A limit of S3. */
const MAX_KEYS_PER_DELETE = 1000;

/** RFC 6713, RFC 8878 (7.1). */
const CONTENT_TYPES: Readonly<Record<DumpFormat, string>> = { gzip: 'application/gzip', zstd: 'application/zstd' };

/** A key that no dump has. */
const PROBE = 'probe-at-the-start-of-a-gateway';

/**
 * Dumps as objects of a bucket, `<prefix>/<yyyy>/<mm>/<dd>/<id>.gz` of type `application/gzip`, or `.zst` of type
 * `application/zstd`. Their metadata holds the policy (`x-amz-meta-policy`), the SHA-256 of the dump
 * (`x-amz-meta-sha256`) and the id of the dictionary, if any (`x-amz-meta-dictionary`). Parquet files of the export
 * have their own type and no metadata. The signature of a request covers a hash of its body, so that the service
 * refuses bytes that changed on the way. A crash during an upload leaves invisible parts; a lifecycle rule of the
 * bucket (`AbortIncompleteMultipartUpload`) removes them.
 */
export class S3Storage implements Storage {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #encryption: Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'>;
  readonly #errors: S3Errors;
  readonly #timeouts: S3Timeouts;

  /** Sends no request. */
  constructor(settings: S3Settings, timeouts: S3Timeouts = TIMEOUTS) {
    const { bucket = '', endpoint, prefix } = settings;
    this.#client = createClient(settings, timeouts);
    this.#bucket = bucket;
    this.#prefix = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
    this.#encryption = encryptionOf(settings);
    this.#errors = new S3Errors({ bucket, endpoint });
    this.#timeouts = timeouts;
  }

  /** Rejects when the service cannot be reached or is not as configured. */
  async probe(): Promise<void> {
    try {
      (await this.get(PROBE)).destroy();
    } catch (error) {
      if (isGatewayError(error, 'DUMP_NOT_FOUND')) return;
      // Without the right to list the bucket, S3 answers 403 for a missing object, just as for a forbidden one.
      if (isGatewayError(error, 'STORAGE_MISCONFIGURED') && this.#errors.isAccessDenied(error.cause)) return;
      throw error;
    }
  }

  async put(key: string, path: string, attributes?: DumpAttributes, options: PutOptions = {}): Promise<number> {
    const object = {
      Bucket: this.#bucket,
      Key: this.#key(key),
      ContentType: contentType(key, options),
      ...(attributes === undefined ? {} : { Metadata: metadataOf(attributes) }),
      ...this.#encryption,
    };
    return await this.#describe(async () => {
      const file = await open(path);
      try {
        const { size } = await file.stat();
        if (size > PART_BYTES) {
          await this.#putParts(object, size, (start, length) => readExactly(file, start, length));
        } else {
          const Body = await readExactly(file, 0, size);
          await this.#client.send(new PutObjectCommand({ ...object, Body }), this.#limit());
        }
        return size;
      } finally {
        await file.close();
      }
    });
  }

  async get(key: string): Promise<Readable> {
    const Key = this.#key(key);
    const stop = new AbortController();
    const object = await this.#describe(async () => {
      const late = setTimeout(() => stop.abort(), this.#timeouts.request);
      try {
        return await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key }), {
          abortSignal: stop.signal,
        });
      } finally {
        clearTimeout(late);
      }
    });
    const body = object.Body as Readable;
    // Without a listener, an error between two reads would end the process.
    body.on('error', () => {});
    const stream = Readable.from(this.#read(body, object.ContentLength, stop), { objectMode: false });
    return stream.once('close', () => stop.abort());
  }

  async delete(key: string): Promise<void> {
    const Key = this.#key(key);
    await this.#describe(() =>
      this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key }), this.#limit()),
    );
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    const all = keys.map((key) => this.#key(key));
    for (let start = 0; start < all.length; start += MAX_KEYS_PER_DELETE) {
      const some = all.slice(start, start + MAX_KEYS_PER_DELETE);
      if (!(await this.#describe(() => this.#deleteAtOnce(some)))) {
        for (const key of keys.slice(start)) await this.delete(key);
        return;
      }
    }
  }

  /** @returns false if the service does not have this request, as Google Cloud Storage did not for long */
  async #deleteAtOnce(keys: readonly string[]): Promise<boolean> {
    const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
    try {
      const command = new DeleteObjectsCommand({ Bucket: this.#bucket, Delete });
      const { Errors = [] } = await this.#client.send(command, this.#limit());
      const [first] = Errors.filter(({ Code }) => Code !== 'NoSuchKey');
      if (first !== undefined) throw Object.assign(new Error(first.Message), { name: first.Code ?? 'unknown' });
      return true;
    } catch (error) {
      if (isNotImplemented(error)) return false;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  #key(key: string): string {
    return this.#prefix + checkKey(key);
  }

  #limit(): { abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#timeouts.request) };
  }

  /**
   * Not `Upload` of `@aws-sdk/lib-storage`, which broke four of the tests (3.1169.0, `queueSize: 1`): it had 24 MiB in
   * memory for parts of 8 MiB; an abort that was refused replaced the error of the part, so that a passing outage
   * looked like a wrong configuration; a file that became shorter was stored as a complete object; and a part without
   * an answer kept its connection and its memory after the time-out, because no request gets the signal.
   */
  async #putParts(
    object: Omit<PutObjectCommandInput, 'Body'>,
    size: number,
    read: (start: number, length: number) => Promise<Buffer>,
  ): Promise<void> {
    const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand(object), this.#limit());
    const upload = { Bucket: object.Bucket, Key: object.Key, UploadId };
    try {
      const parts: CompletedPart[] = [];
      for (let start = 0; start < size; start += PART_BYTES) {
        const PartNumber = parts.length + 1;
        const Body = await read(start, Math.min(PART_BYTES, size - start));
        const { ETag } = await this.#client.send(new UploadPartCommand({ ...upload, PartNumber, Body }), this.#limit());
        parts.push({ PartNumber, ETag });
      }
      const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } });
      await this.#client.send(complete, this.#limit());
    } catch (error) {
      // The parts are invisible but cost money. If this fails as well, the first error is the one to report.
      await this.#client.send(new AbortMultipartUploadCommand(upload), this.#limit()).catch(() => {});
      throw error;
    }
  }

  /** Consumer back-pressure does not count against the time-out: the timer runs only while a chunk is awaited. */
  async *#read(body: Readable, length: number | undefined, stop: AbortController): AsyncGenerator<Buffer> {
    const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    let read = 0;
    try {
      for (;;) {
        const idle = setTimeout(() => stop.abort(), this.#timeouts.idle);
        const { done, value } = await pieces.next().finally(() => clearTimeout(idle));
        if (done) break;
        read += value.length;
        yield value;
      }
    } catch (error) {
      throw this.#errors.brokenOff(read, length, error);
    } finally {
      body.destroy();
    }
    if (length !== undefined && read !== length) throw this.#errors.brokenOff(read, length, undefined);
  }

  async #describe<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof GatewayError ? error : this.#errors.describe(error);
    }
  }
}

function contentType(key: string, { isEncrypted }: PutOptions): string {
  if (key.endsWith('.parquet')) return 'application/vnd.apache.parquet';
  return isEncrypted ? 'application/octet-stream' : CONTENT_TYPES[formatOfKey(key)];
}

function metadataOf({ policy, sha256, dictionary }: DumpAttributes): Record<string, string> {
  return { policy, sha256, ...(dictionary !== undefined && { dictionary: String(dictionary) }) };
}

function isNotImplemented(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotImplemented' || error.name === 'MethodNotAllowed');
}

/** The parameters of a request that say how the service encrypts an object. */
export function encryptionOf({
  serverSideEncryption,
  kmsKeyId,
}: S3Settings): Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'> {
  if (serverSideEncryption === 'none') return {};
  return { ServerSideEncryption: serverSideEncryption, ...(kmsKeyId === undefined ? {} : { SSEKMSKeyId: kmsKeyId }) };
}

/** Creates a client with the endpoint, region and credentials of the settings. */
export function createClient(settings: S3Settings, timeouts: S3Timeouts = TIMEOUTS): S3Client {
  const { endpoint, forcePathStyle, credentials } = settings;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  // The SDK looks up omitted values itself: region and credentials from environment, profile, container or machine
  // role.
  const region = settings.region ?? (endpoint === undefined ? undefined : 'us-east-1');
  return new S3Client({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } }),
    forcePathStyle,
    // Not every service knows the newer checksums, and the hash in the signature already covers the body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: timeouts.connect, socketTimeout: 0 },
  });
}

/** Rejects when the file has become shorter, because an incomplete object must not become visible. */
async function readExactly(file: Awaited<ReturnType<typeof open>>, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, start + filled);
    if (bytesRead === 0)
      throw new GatewayError('STORAGE_UNAVAILABLE', 'A packed dump became shorter while it was read');
    filled += bytesRead;
  }
  return bytes;
}
