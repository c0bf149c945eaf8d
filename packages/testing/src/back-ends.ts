import type { TestPostgres } from './postgres.ts';
import { S3_CREDENTIALS, type TestS3 } from './s3.ts';

/** Servers in which `backEnds` creates the database and the bucket. */
export interface BackEndOptions {
  readonly postgres: TestPostgres;
  readonly s3: TestS3;
  /** Port of a proxy in front of PostgreSQL; by default the server's own port. */
  readonly postgresPort?: number;
  /** Port of a proxy in front of S3; by default the server's own port. */
  readonly s3Port?: number;
}

/** A database and a bucket for one test. */
export interface BackEnds {
  /** Connection string of the database, without a proxy. */
  readonly database: string;
  /** Name of the bucket. */
  readonly bucket: string;
  /** Settings that make a gateway or a command use the database and the bucket. */
  readonly environment: ReturnType<typeof environmentOf>;
}

/** Creates an empty database and an empty bucket for one test. */
export async function backEnds(options: BackEndOptions): Promise<BackEnds> {
  const { postgres, s3, postgresPort = postgres.port, s3Port = s3.port } = options;
  const database = await postgres.createDatabase();
  const bucket = await s3.createBucket();
  const connectionString = postgres.through(database, postgresPort);
  return { database, bucket, environment: environmentOf(connectionString, bucket, s3Port) };
}

function environmentOf(connectionString: string, bucket: string, s3Port: number) {
  return {
    RTCSTATS_CATALOG_TYPE: 'postgres',
    RTCSTATS_CATALOG_POSTGRES_SSL: 'disable',
    RTCSTATS_CATALOG_POSTGRES_CONNECTION_STRING: connectionString,
    RTCSTATS_STORAGE_TYPE: 's3',
    RTCSTATS_STORAGE_S3_BUCKET: bucket,
    RTCSTATS_STORAGE_S3_ENDPOINT: `http://127.0.0.1:${s3Port}`,
    RTCSTATS_STORAGE_S3_FORCE_PATH_STYLE: 'true',
    RTCSTATS_STORAGE_S3_CREDENTIALS_ACCESS_KEY_ID: S3_CREDENTIALS.accessKeyId,
    RTCSTATS_STORAGE_S3_CREDENTIALS_SECRET_ACCESS_KEY: S3_CREDENTIALS.secretAccessKey,
  };
}
