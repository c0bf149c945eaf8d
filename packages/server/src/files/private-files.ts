import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { errorCode } from '../errors/error-code.ts';

/** Only the user of the gateway may read and write. */
export const PRIVATE_FILE_MODE = 0o600;
/** Only the user of the gateway may list, enter and change. */
export const PRIVATE_DIRECTORY_MODE = 0o700;
const PERMISSION_BITS = 0o777;

/** The entries of a data directory that the gateway makes (docs/operations.md). */
const OWN_ENTRIES =
  /^(lock|catalog\.sqlite.*|spool|dumps|quarantine|encrypting|keys|release|export|audit|tombstones|reanonymize)$/;
/** A directory in which everybody may create files, such as /tmp. */
const STICKY_BIT = 0o1000;

/** A day of the local storage. Once it is private, all its dumps are, so a start need not check each of them. */
const DAY_OF_DUMPS = /^dumps\/\d{4}\/\d\d\/\d\d$/;

/**
 * Creates a directory if it is missing, and takes the access of other users away in any case. A mode given to `mkdir`
 * alone would not change a directory that exists.
 *
 * @throws Error when it cannot be created
 */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
  takeAccessAway(path, PRIVATE_DIRECTORY_MODE);
}

/**
 * Creates an empty file if it is missing, and takes the access of other users away in any case. For files that a
 * library opens, because libraries leave the mode to the umask.
 *
 * @throws Error when it cannot be created
 */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', PRIVATE_FILE_MODE));
  takeAccessAway(path, PRIVATE_FILE_MODE);
}

/** Takes the access of other users away from a file, which need not exist. */
export function makeFilePrivate(path: string): void {
  takeAccessAway(path, PRIVATE_FILE_MODE);
}

/**
 * Takes the access of other users away from a data directory and everything that the gateway has made in it, because
 * earlier versions left the modes to the umask. Other files are left alone, since `--data .` is allowed, and so are
 * symbolic links.
 *
 * The work is synchronous, which is much faster for the many files of an upgrade; only a start may call this.
 *
 * @returns the paths that others may still access, because they belong to another user or the file system is read-only
 */
export function restrictAccess(dataDirectory: string): readonly string[] {
  const refused: string[] = [];
  if (!takeAccessAway(dataDirectory, PRIVATE_DIRECTORY_MODE)) refused.push(dataDirectory);
  const own = namesIn(dataDirectory, refused).filter((name) => OWN_ENTRIES.test(name));
  for (const name of own) restrictEntry(join(dataDirectory, name), dataDirectory, refused);
  return refused;
}

function restrictEntry(path: string, root: string, refused: string[]): void {
  const kind = kindOf(path);
  if (kind === undefined || kind === 'link') return;
  if (kind === 'directory') restrictDirectory(path, root, refused);
  else if (kind === 'unknown' || !takeAccessAway(path, PRIVATE_FILE_MODE)) refused.push(path);
}

function restrictDirectory(directory: string, root: string, refused: string[]): void {
  const isDay = DAY_OF_DUMPS.test(relative(root, directory).replaceAll(sep, '/'));
  if (isDay && isPrivateDirectory(directory)) return;
  const restrictItself = (): void => {
    if (!takeAccessAway(directory, PRIVATE_DIRECTORY_MODE)) refused.push(directory);
  };
  if (!isDay) restrictItself();
  for (const name of namesIn(directory, refused)) restrictEntry(join(directory, name), root, refused);
  // After its dumps: the next start repeats what an interrupted one has left.
  if (isDay) restrictItself();
}

function kindOf(path: string): 'directory' | 'link' | 'file' | 'unknown' | undefined {
  try {
    const stats = lstatSync(path);
    return stats.isSymbolicLink() ? 'link' : stats.isDirectory() ? 'directory' : 'file';
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? undefined : 'unknown';
  }
}

function isPrivateDirectory(path: string): boolean {
  return (statSync(path).mode & PERMISSION_BITS) === PRIVATE_DIRECTORY_MODE;
}

function namesIn(directory: string, refused: string[]): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') refused.push(directory);
    return [];
  }
}

/**
 * Returns false if others keep their access, which is not an error: the volume of a container often belongs to root.
 */
function takeAccessAway(path: string, mode: number): boolean {
  try {
    const current = statSync(path).mode;
    if ((current & STICKY_BIT) !== 0) return false;
    if ((current & PERMISSION_BITS) !== mode) chmodSync(path, mode);
    return true;
  } catch (error) {
    return errorCode(error) === 'ENOENT';
  }
}
