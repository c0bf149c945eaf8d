import { stat } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import { type DumpInput, inputError, openDumpInput, readDump, STDIN } from './dump-input.ts';
import { type FoundFile, filesBelow } from './files-below.ts';
import { naming, withStoredSessions } from './stored-sessions.ts';

/** A file or a session that was named, or what was found in a directory; a file there need not be a dump. */
export type DumpSource = { readonly kind: 'file' | 'session'; readonly name: string } | FoundFile;

/** The dumps that an argument of a command names: a file, `-`, every file of a directory, or a session. */
export async function* sourcesOf(argument: string): AsyncGenerator<DumpSource> {
  const kind = argument === STDIN ? 'file' : await kindOf(argument);
  if (kind === 'directory') yield* filesBelow(argument);
  else yield { kind, name: argument };
}

/** A name that is not on the disk and does not look like a path is a session id. */
async function kindOf(argument: string): Promise<'file' | 'directory' | 'session'> {
  try {
    return (await stat(argument)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !/[/\\.]/.test(argument)) return 'session';
    return 'file';
  }
}

/** Opens a dump and runs `work` on it, which closes it. Rejects with a `GatewayError` if it cannot be opened. */
export async function withSource<T>(
  source: DumpSource,
  config: Config,
  work: (input: DumpInput) => Promise<T>,
): Promise<T> {
  const { kind, name } = source;
  if (kind === 'unlisted') throw inputError(source.error, name);
  if (kind !== 'session') return await work(await openDumpInput(name));
  return await withStoredSessions(config, async (sessions) => {
    const dump = await naming(name, sessions.text(name));
    return await work(await readDump(dump, name));
  });
}

/** Why a dump could not be read. */
export interface SourceError {
  /** The file was found in a directory and is no dump, so it is skipped. */
  readonly isSkipped: boolean;
  readonly message: string;
  readonly code: string;
}

/** Describes an error of `withSource`. Errors that are not about the input are thrown again. */
export function sourceError({ kind, name }: DumpSource, error: unknown): SourceError {
  if (!(error instanceof GatewayError)) throw error;
  const isOfAnotherKind = isGatewayError(error, 'NOT_A_DUMP') || isGatewayError(error, 'UNSUPPORTED_FORMAT');
  return {
    isSkipped: kind === 'found' && isOfAnotherKind,
    message: kind === 'session' ? noSession(name, error) : error.message,
    code: error.code,
  };
}

/** The message for a name that is neither a file nor, according to `error`, a session. */
function noSession(name: string, { code, message }: GatewayError): string {
  if (code === 'SESSION_NOT_FOUND') return `There is no file or session ${name}`;
  return code === 'INPUT_UNREADABLE' ? `There is no file ${name}, and no session either: ${message}` : message;
}
