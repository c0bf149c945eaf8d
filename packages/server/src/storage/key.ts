const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/**
 * The key of a finished dump, `<yyyy>/<mm>/<dd>/<id>.gz`, by the UTC day on which the session started. It depends
 * only on these two, so that storing a dump again after a crash replaces the same object.
 */
export function dumpKey(id: string, startedAt: Date): string {
  return `${startedAt.toISOString().slice(0, 10).replaceAll('-', '/')}/${id}.gz`;
}

/**
 * Refuses a key that could name something outside the storage. The gateway makes all keys, so a bad one is a bug: a
 * TypeError.
 */
export function checkKey(key: string): string {
  if (!KEY.test(key)) throw new TypeError('Not a storage key');
  return key;
}
