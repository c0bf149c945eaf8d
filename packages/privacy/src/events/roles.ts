import { statsPropertyName } from '@rtcstats-server/dump';
import type { PathPart } from '../json/rewrite.ts';

/**
 * What a string is known to be from where it stands: the structured knowledge about events. `text`: anything.
 * The order is that of the numbers which the scanner hands out.
 */
export const ROLES = ['text', 'key', 'version', 'address', 'candidate', 'sdp', 'url'] as const;
export type Role = (typeof ROLES)[number];

const BY_KEY: Readonly<Record<string, Role>> = {
  address: 'address',
  relatedAddress: 'address',
  ip: 'address',
  ipAddress: 'address',
  hostCandidate: 'address',
  candidate: 'candidate',
  sdp: 'sdp',
  url: 'url',
  urls: 'url',
};

const VERSION_KEY = /version/i;

/** The role of the string at `path` in an event of `method` (its name). */
export function roleAt(method: string, path: readonly PathPart[]): Role {
  const key = lastKey(path);
  if (key === undefined) return 'text';
  const name = method === 'getStats' ? statsPropertyName(key) : key;
  return BY_KEY[name] ?? (VERSION_KEY.test(name) ? 'version' : 'text');
}

/** Elements of a list have the role of the list. */
function lastKey(path: readonly PathPart[]): string | undefined {
  const last = path.at(-1);
  if (typeof last === 'string') return last;
  const list = path.at(-2);
  return typeof list === 'string' ? list : undefined;
}
