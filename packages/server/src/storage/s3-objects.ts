import type { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { createClient } from './s3.ts';
import { S3Errors } from './s3-errors.ts';
import type { S3Settings } from './s3-settings.ts';

/** An object of a bucket that another program wrote. */
export interface S3Object {
  readonly key: string;
  /** Changes when the content does. */
  readonly version: string;
}

/** Reads the objects of any bucket, with the endpoint, region and credentials of the settings. */
export class S3Objects {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #errors: S3Errors;

  constructor(settings: S3Settings, bucket: string) {
    this.#client = createClient(settings);
    this.#bucket = bucket;
    this.#errors = new S3Errors({ bucket, endpoint: settings.endpoint });
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
      for (const { Key, ETag, Size } of page.Contents ?? []) {
        if (Key !== undefined && !Key.endsWith('/')) yield { key: Key, version: `${ETag} ${Size}` };
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
