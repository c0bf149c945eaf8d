import { createHash, randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { loadOptional } from '../errors/optional-package.ts';
import type { S3Settings } from '../storage/s3-settings.ts';
import { usageError } from './arguments.ts';
import { type DumpInput, inputError, openDumpInput, readDump } from './dump-input.ts';
import { filesBelow } from './files-below.ts';

/** A file or an object of an archive, which may be replaced. */
export interface ArchiveFile {
  /** Path below the directory, or key. */
  readonly name: string;
  /** Identifies the file with its content; reveals neither. */
  readonly fingerprint: string;
  /** When it was last written, ISO 8601; null if that is not known. */
  readonly modified: string | null;
  open(): Promise<DumpInput>;
  /** Where its replacement is to be written. */
  readonly temporary: string;
  /** Replaces it by the temporary file: a reader sees the old or the new one. @returns its new fingerprint */
  replace(): Promise<string>;
}

/** The name of a replacement that is not complete: `.<name>.<uuid>.reanonymize`. */
const TEMPORARY = /^\..+\.[0-9a-f-]{36}\.reanonymize$/;

export interface ArchiveOptions {
  readonly s3: S3Settings;
  /** For replacements of objects. */
  readonly directory: string;
  /** Removes what an earlier run has left when it was killed. */
  readonly clean: boolean;
}

/** The files of an archive: of a directory and below, or the objects of s3://BUCKET/PREFIX. */
export async function* archiveFiles(from: string, options: ArchiveOptions): AsyncGenerator<ArchiveFile, void> {
  if (/^s3:\/\//i.test(from)) yield* objects(from, options);
  else yield* files(from, options);
}

async function* files(directory: string, { clean }: ArchiveOptions): AsyncGenerator<ArchiveFile, void> {
  for await (const found of filesBelow(directory)) {
    if (found.kind === 'unlisted') throw inputError(found.error, found.name);
    if (!TEMPORARY.test(basename(found.name))) yield await file(directory, found.name);
    else if (clean) await rm(found.name, { force: true });
  }
}

async function file(directory: string, path: string): Promise<ArchiveFile> {
  const { mtime, mode } = await statOf(path);
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.reanonymize`);
  return {
    name: relative(directory, path),
    fingerprint: await fingerprintOf(path),
    modified: mtime.toISOString(),
    open: () => openDumpInput(path),
    temporary,
    async replace() {
      // The same users can read it as before.
      await chmod(temporary, mode & 0o777);
      await rename(temporary, path);
      await sync(dirname(path));
      return await fingerprintOf(path);
    },
  };
}

async function fingerprintOf(path: string): Promise<string> {
  const { size, mtimeMs } = await statOf(path);
  return fingerprint('file', resolve(path), size, mtimeMs);
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw inputError(error, path);
  }
}

/** Flushes a directory to the disk, so that the rename survives a power cut. */
async function sync(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* objects(url: string, { s3, directory }: ArchiveOptions): AsyncGenerator<ArchiveFile, void> {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/i.exec(url) ?? [];
  if (bucket === '') throw usageError('--from must be a directory, s3://BUCKET or s3://BUCKET/PREFIX', 'reanonymize');
  const load = () => import('../storage/s3-objects.ts');
  const { S3Objects } = await loadOptional(`reanonymize --from ${url}`, ['@aws-sdk/client-s3'], load);
  const archive = new S3Objects(s3, bucket);
  try {
    for await (const { key, version, modified } of archive.list(prefix)) {
      const temporary = join(directory, `${randomUUID()}.object`);
      yield {
        name: `s3://${bucket}/${key}`,
        fingerprint: fingerprint('s3', bucket, key, version),
        modified,
        open: () => readDump(Readable.from(archive.read(key), { objectMode: false }), `s3://${bucket}/${key}`),
        temporary,
        replace: async () => fingerprint('s3', bucket, key, await archive.replace(key, temporary)),
      };
    }
  } finally {
    archive.close();
  }
}

function fingerprint(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
