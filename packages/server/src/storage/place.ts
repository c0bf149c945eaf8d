import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DumpFormat, EXTENSIONS } from './format.ts';
import type { StorageConfig } from './open.ts';
import type { S3Settings } from './s3-settings.ts';

/** Where a finished dump is stored. */
export interface DumpPlace {
  /** The key in the storage. */
  readonly key: string;
  /** An absolute URL for other programs; reading from it may need credentials. */
  readonly url: string;
}

/**
 * The place for the dump of a session. It depends only on id, start and format, so that storing a dump again after a
 * crash replaces the same object.
 */
export type PlaceOf = (id: string, startedAt: Date, format: DumpFormat) => DumpPlace;

export function dumpPlaces({ dataDirectory, storage: { type, s3 } }: StorageConfig): PlaceOf {
  const isFlat = type === 's3' && s3.keys === 'flat';
  const base = type === 's3' ? bucketUrl(s3) : pathToFileURL(join(dataDirectory, 'dumps/')).href;
  return (id, startedAt, format) => {
    const name = id + EXTENSIONS[format];
    const key = isFlat ? name : `${day(startedAt)}/${name}`;
    return { key, url: base + key };
  };
}

/** `<yyyy>/<mm>/<dd>` in UTC. */
function day(time: Date): string {
  return time.toISOString().slice(0, 10).replaceAll('-', '/');
}

/**
 * The URL of the objects of a bucket, with a slash at its end. Buckets whose name has a dot are in the path, because
 * the certificate of AWS does not cover them as a host name; an ARN of an access point is only a name in the URL.
 */
function bucketUrl({ bucket = '', region, endpoint, forcePathStyle, prefix }: S3Settings): string {
  const host = region === undefined ? 's3.amazonaws.com' : `s3.${region}.amazonaws.com`;
  const url = new URL(endpoint ?? `https://${host}`);
  const isHostName = !forcePathStyle && /^[a-z0-9-]+$/.test(bucket);
  if (isHostName) url.hostname = `${bucket}.${url.hostname}`;
  const path = [url.pathname, isHostName ? '' : encodeURIComponent(bucket), prefix];
  const parts = path.flatMap((part) => part.split('/')).filter((part) => part !== '');
  url.pathname = parts.length === 0 ? '/' : `/${parts.join('/')}/`;
  return url.href;
}
