import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { loadOptional } from '../errors/optional-package.ts';
import { usageError } from './arguments.ts';
import { guarded, inputError } from './dump-input.ts';
import { filesBelow } from './files-below.ts';

/** A file or an object to import. */
export interface ImportSource {
  readonly name: string;
  /** Identifies the source and its content; reveals neither. */
  readonly fingerprint: string;
  /** Its bytes. @throws GatewayError INPUT_UNREADABLE or STORAGE_… */
  read(): AsyncIterable<Uint8Array>;
}

/** The sources that an argument names: the files of a directory, one file, or the objects of a bucket. */
export async function* importSources(argument: string, config: Config): AsyncGenerator<ImportSource, void> {
  if (/^s3:\/\//i.test(argument)) yield* objects(argument, config);
  else yield* files(argument);
}

async function* files(path: string): AsyncGenerator<ImportSource, void> {
  let isDirectory: boolean;
  try {
    isDirectory = (await stat(path)).isDirectory();
  } catch (error) {
    throw inputError(error, path);
  }
  if (!isDirectory) yield await file(path);
  else {
    for await (const found of filesBelow(path)) {
      if (found.kind === 'unlisted') throw inputError(found.error, found.name);
      yield await file(found.name);
    }
  }
}

async function file(name: string): Promise<ImportSource> {
  try {
    const { size, mtimeMs } = await stat(name);
    return {
      name,
      fingerprint: fingerprint('file', resolve(name), size, mtimeMs),
      read: () => guarded(createReadStream(name), name),
    };
  } catch (error) {
    throw inputError(error, name);
  }
}

async function* objects(url: string, { storage }: Config): AsyncGenerator<ImportSource, void> {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/i.exec(url) ?? [];
  if (bucket === '') throw usageError('The source must be s3://BUCKET or s3://BUCKET/PREFIX', 'import');
  const load = () => import('../storage/s3-objects.ts');
  const { S3Objects } = await loadOptional(`import ${url}`, ['@aws-sdk/client-s3'], load);
  const bucketObjects = new S3Objects(storage.s3, bucket);
  try {
    for await (const { key, version } of bucketObjects.list(prefix)) {
      yield {
        name: `s3://${bucket}/${key}`,
        fingerprint: fingerprint('s3', bucket, key, version),
        read: () => bucketObjects.read(key),
      };
    }
  } finally {
    bucketObjects.close();
  }
}

function fingerprint(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Whether an error concerns only the file or object that is being imported, so that the others can be imported. */
export function concernsOneSource(error: unknown): error is GatewayError {
  return (
    error instanceof GatewayError &&
    [
      'NOT_A_DUMP',
      'UPLOAD_TRUNCATED',
      'UPLOAD_EMPTY',
      'MESSAGE_TOO_LARGE',
      'DUMP_TOO_LARGE',
      'INPUT_UNREADABLE',
    ].includes(error.code)
  );
}
