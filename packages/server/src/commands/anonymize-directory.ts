import { mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { type CompiledPolicy, ENGINE, type Receipt } from '@rtcstats-server/privacy';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { showSteps } from '../terminal/progress.ts';
import { note, paint, printable } from '../terminal/terminal.ts';
import { anonymizeFile } from './anonymize-file.ts';
import { usageError } from './arguments.ts';
import { inputError } from './dump-input.ts';
import { filesBelow } from './files-below.ts';
import { writeFileWhole } from './output-file.ts';

/**
 * In the output directory: the policy and engine of the files there. A later run skips those files, which is right only
 * if they were made in the same way.
 */
const MADE_BY_FILE = '.rtcstats-anonymized.json';

export interface DirectoryResult {
  /** Files written by this run, by path below the directory. */
  readonly files: readonly { readonly name: string; readonly receipt: Receipt }[];
  /** Files that an earlier run has written. */
  readonly done: number;
  /** Files that are not dumps. */
  readonly skipped: number;
  readonly failed: readonly { readonly name: string; readonly error: string; readonly code: string }[];
}

/**
 * Anonymizes every dump in a directory and below into the same place of another directory. Files that are there
 * already are not written again, so that an interrupted run can be continued: an output file appears only when it is
 * complete. A file that cannot be read is reported, and the others are still processed.
 *
 * @throws GatewayError USAGE (one directory contains the other, or the output was made in another way) or
 *   OUTPUT_UNWRITABLE
 */
export async function anonymizeDirectory(
  directory: string,
  output: string,
  compiled: CompiledPolicy,
): Promise<DirectoryResult> {
  await prepareOutput(directory, output, compiled);
  const total = await countFiles(directory);
  const result = { files: [] as DirectoryResult['files'][number][], done: 0, skipped: 0 };
  const failed: DirectoryResult['failed'][number][] = [];
  const steps = showSteps('anonymize');
  let seen = 0;
  for await (const found of filesBelow(directory)) {
    const name = relative(directory, found.name);
    try {
      if (found.kind === 'unlisted') throw inputError(found.error, found.name);
      seen += 1;
      steps.show(`file ${seen} of ${total}, ${printable(name)}`);
      const target = join(output, name);
      if (await exists(target)) {
        result.done += 1;
        continue;
      }
      await createDirectory(dirname(target));
      result.files.push({ name, receipt: await anonymizeFile(found.name, target, compiled, () => () => {}) });
    } catch (error) {
      if (isGatewayError(error, 'NOT_A_DUMP') || isGatewayError(error, 'UNSUPPORTED_FORMAT')) result.skipped += 1;
      else if (isGatewayError(error, 'INPUT_UNREADABLE')) {
        steps.end();
        note(`${paint('red', 'not read', process.stderr)}  ${printable(error.message)} [${error.code}]`);
        failed.push({ name, error: error.message, code: error.code });
      } else {
        steps.end();
        throw error;
      }
    }
  }
  steps.end();
  return { ...result, failed };
}

async function prepareOutput(directory: string, output: string, { policy, hash }: CompiledPolicy): Promise<void> {
  await createDirectory(output);
  const [from, to] = await Promise.all([realpath(directory), realpath(output)]);
  if (isInside(from, to) || isInside(to, from)) {
    throw usageError('-o must name a directory outside the input, which is never changed', 'anonymize');
  }
  const file = join(output, MADE_BY_FILE);
  const made = `${JSON.stringify({ policy: policy.preset, hash, engine: ENGINE })}\n`;
  const earlier = await readFile(file, 'utf8').catch(() => undefined);
  if (earlier === undefined) await writeFileWhole(file, text(made));
  else if (earlier !== made) {
    throw usageError(`${output} contains files of another policy or version; name a new directory`, 'anonymize');
  }
}

function isInside(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}

async function createDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new GatewayError('OUTPUT_UNWRITABLE', `${path} cannot be created (${code})`, { cause: error });
  }
}

async function countFiles(directory: string): Promise<number> {
  let files = 0;
  for await (const { kind } of filesBelow(directory)) if (kind === 'found') files += 1;
  return files;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function* text(content: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(content);
}
