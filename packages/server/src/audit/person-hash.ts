import { createHash } from 'node:crypto';

/**
 * The name of a person in the tables of keys and links. Not the pseudonym itself, because the id of a deleted session
 * and the pseudonyms of its people must not be found in the catalog; the log says them, encrypted, where it needs them.
 */
export function personHash(name: string): string {
  return createHash('sha256').update(`rtcstats-server audit person\n${name}`).digest('base64url');
}
