import { cleanNames, type Policy, presetPolicy, type Subject } from '@rtcstats-server/privacy';
import type { PseudonymKeys } from './pseudonym-keys.ts';

/** More than a century by months. With a shorter rotation the latest ones are looked through. */
const MAX_EPOCHS = 2000;

/** Whatever the policy was when a session was recorded: where it gave a pseudonym, it gave this one. */
const PSEUDONYMS: Policy = Object.freeze({ ...presetPolicy('standard'), keepOpaqueIdentifiers: false });

/**
 * Under which names somebody, or a call, may stand in the catalog: as the application names them, since a policy may have kept that, and
 * as their pseudonyms of the epochs between two times, in milliseconds.
 */
export function subjectNames(
  subject: Exclude<Subject, 'device'>,
  text: string,
  keys: PseudonymKeys,
  { from, to }: { readonly from: number; readonly to: number },
): string[] {
  const last = keys.epochAt(to);
  const first = Math.max(keys.epochAt(from), last - MAX_EPOCHS + 1);
  const names = new Set([text]);
  for (let epoch = first; epoch <= last; epoch++) {
    for (const name of cleanNames(subject, text, PSEUDONYMS, keys.at(epoch))) names.add(name);
  }
  return [...names];
}
