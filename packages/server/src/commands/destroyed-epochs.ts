import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { count } from '../terminal/formats.ts';
import { note } from '../terminal/terminal.ts';

/** Says that a search by an id of the application did not cover everything. */
export function noteDestroyedEpochs(keys: PseudonymKeys | null): void {
  if (keys === null || keys.destroyed === 0) return;
  note(
    `The keys of ${count(keys.destroyed, 'epoch')} are destroyed: sessions of that time are found by pseudonym only.`,
  );
}
