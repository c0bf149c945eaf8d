import type { ClosedSession } from '../spool/record.ts';
import { type DumpFormat, EXTENSIONS } from '../storage/format.ts';
import type { PlaceOf } from '../storage/place.ts';
import type { Storage } from '../storage/storage.ts';

const FORMATS = Object.keys(EXTENSIONS) as DumpFormat[];

/**
 * Removes the dump of the session under the keys of all formats but one. A process that ended may have stored it before
 * the format was changed, and nothing else would ever find that dump.
 *
 * @param kept the key that is left; default: none
 */
export async function removeDumps(
  { facts: { id, startedAt } }: ClosedSession,
  { storage, placeOf }: { readonly storage: Pick<Storage, 'delete'>; readonly placeOf: PlaceOf },
  kept?: string,
): Promise<void> {
  for (const format of FORMATS) {
    const { key } = placeOf(id, new Date(startedAt), format);
    if (key !== kept) await storage.delete(key);
  }
}
