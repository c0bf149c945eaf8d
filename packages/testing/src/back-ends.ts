import type { TestPostgres } from './postgres.ts';
import { S3_CREDENTIALS, type TestS3 } from './s3.ts';

export interface BackEndOptions {
  readonly postgres: TestPostgres;
  readonly s3: TestS3;
  /** Another port when something stands in front of the server. */
  readonly postgresPort?: number;
  readonly s3Port?: number;
}

export interface BackEnds {
  /** Its connection string. */
  readonly database: string;
  readonly bucket: string;
  /** What makes a gateway, or a command, use the two. */
  readonly environment: ReturnType<typeof environmentOf>;
}

/** A database and a bucket of one's own. */
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
