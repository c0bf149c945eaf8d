import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createClient, encryptionOf } from './s3.ts';
import { S3Errors } from './s3-errors.ts';
import type { S3Settings } from './s3-settings.ts';

/** An object of a bucket that another program wrote. */
export interface S3Object {
  readonly key: string;
  /** Changes when the content does. */
  readonly version: string;
  /** When it was written, ISO 8601; null if the service does not say. */
  readonly modified: string | null;
}

/** Reads and replaces the objects of any bucket, with the endpoint, region and credentials of the settings. */
export class S3Objects {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #errors: S3Errors;
  readonly #encryption: ReturnType<typeof encryptionOf>;

  constructor(settings: S3Settings, bucket: string) {
    this.#client = createClient(settings);
    this.#bucket = bucket;
    this.#errors = new S3Errors({ bucket, endpoint: settings.endpoint });
    this.#encryption = encryptionOf(settings);
  }

  /** The objects whose key begins with `prefix`, in the order of their keys. @throws GatewayError STORAGE_… */
  async *list(prefix: string): AsyncGenerator<S3Object, void> {
    let token: string | undefined;
    do {
      const page = await this.#describe(() =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: prefix,
            ...(token !== undefined && { ContinuationToken: token }),
          }),
        ),
      );
      for (const { Key, ETag, Size, LastModified } of page.Contents ?? []) {
        if (Key === undefined || Key.endsWith('/')) continue;
        yield { key: Key, version: `${ETag} ${Size}`, modified: LastModified?.toISOString() ?? null };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  /** The bytes of an object. @throws GatewayError STORAGE_… */
  async *read(key: string): AsyncGenerator<Uint8Array, void> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      yield* Body as Readable;
    } catch (error) {
      throw this.#errors.describe(error);
    }
  }

  /**
   * Replaces an object by a file of at most 5 GiB (a limit of S3). Its type and its encoding stay; metadata of its
   * owner is left out, because nobody knows what is in it.
   *
   * @returns the new version, as `list` returns it
   */
  async replace(key: string, path: string): Promise<string> {
    const object = { Bucket: this.#bucket, Key: key };
    return await this.#describe(async () => {
      const { ContentType, ContentEncoding } = await this.#client.send(new HeadObjectCommand(object));
      const { size: ContentLength } = await stat(path);
      const { ETag } = await this.#client.send(
        new PutObjectCommand({
          ...object,
          Body: createReadStream(path),
          ContentLength,
          ...(ContentType !== undefined && { ContentType }),
          ...(ContentEncoding !== undefined && { ContentEncoding }),
          ...this.#encryption,
        }),
      );
      return `${ETag} ${ContentLength}`;
    });
  }

  close(): void {
    this.#client.destroy();
  }

  async #describe<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#errors.describe(error);
    }
  }
}
