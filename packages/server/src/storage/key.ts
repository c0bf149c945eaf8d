const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/**
 * The key of a finished dump, `<yyyy>/<mm>/<dd>/<id>.gz`, by the UTC day on which the session started. It depends on
 * nothing else, so that storing again after a crash replaces the same object.
 */
export function dumpKey(id: string, startedAt: Date): string {
  return `${startedAt.toISOString().slice(0, 10).replaceAll('-', '/')}/${id}.gz`;
}

/** Refuses a key that could name something outside of the storage. Keys come from this code: a bad one is a bug, no input error. */
export function checkKey(key: string): string {
  if (!KEY.test(key)) throw new TypeError('Not a storage key');
  return key;
}
