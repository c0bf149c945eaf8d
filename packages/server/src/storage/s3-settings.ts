/** The part of the configuration that names a bucket (`storage.s3`). */
export interface S3Settings {
  /** Required with `storage.type: s3`. */
  readonly bucket?: string | undefined;
  readonly region?: string | undefined;
  /** Base URL of an S3-compatible service; default: AWS. */
  readonly endpoint?: string | undefined;
  readonly forcePathStyle: boolean;
  /** Precedes every key; empty or a path without a leading slash. */
  readonly prefix: string;
  /** `dated`: `<yyyy>/<mm>/<dd>/<id>.gz`; `flat`: `<id>.gz`. With zstd `.zst`. */
  readonly keys: 'dated' | 'flat';
  /** Prefix of the dumps in quarantine; default: they are not in the bucket. */
  readonly quarantinePrefix?: string | undefined;
  /** Without an access key, the default chain of the AWS SDK is used. */
  readonly credentials: {
    readonly accessKeyId?: string | undefined;
    readonly secretAccessKey?: string | undefined;
    readonly sessionToken?: string | undefined;
  };
  readonly serverSideEncryption: 'none' | 'AES256' | 'aws:kms';
  readonly kmsKeyId?: string | undefined;
}
