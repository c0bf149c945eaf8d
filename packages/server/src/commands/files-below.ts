import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A file found in a directory, or a directory that cannot be listed. */
export type FoundFile =
  | { readonly kind: 'found'; readonly name: string }
  | { readonly kind: 'unlisted'; readonly name: string; readonly error: unknown };

/**
 * The files in a directory and below, ordered by name. Holds the names of one directory and its parents at a time. A
 * directory that cannot be listed, for example because it was deleted meanwhile, does not end the walk. Links are not
 * followed.
 */
export async function* filesBelow(directory: string): AsyncGenerator<FoundFile> {
  let entries: Dirent[];
  try {
    entries = await readdir(directory, { withFileTypes: true });
  } catch (error) {
    yield { kind: 'unlisted', name: directory, error };
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield { kind: 'found', name: path };
  }
}
