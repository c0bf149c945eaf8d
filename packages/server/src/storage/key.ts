/** Parts may have the form `day=2026-11-28`, which engines such as Athena and DuckDB read as a partition. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9._=-]*(\/[A-Za-z0-9][A-Za-z0-9._=-]*)*$/;

/**
 * Refuses a key that could name something outside the storage. The gateway makes all keys, so a bad one is a bug: a
 * TypeError.
 */
export function checkKey(key: string): string {
  if (!KEY.test(key)) throw new TypeError('Not a storage key');
  return key;
}
