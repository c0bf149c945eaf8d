import { cleanNames, type Policy, presetPolicy, type Subject } from '@rtcstats-server/privacy';
import type { PseudonymKeys } from './pseudonym-keys.ts';

/** More than a century of monthly epochs. With a shorter rotation, only the latest epochs are searched. */
const MAX_EPOCHS = 2000;

/** Pseudonyms do not depend on the rest of the policy, so any policy with the key yields the same one. */
const PSEUDONYMS: Policy = Object.freeze({ ...presetPolicy('standard'), keepOpaqueIdentifiers: false });

/**
 * The names under which a person or a call may appear in the catalog: the name that the application uses, because a
 * policy may have kept it, and its pseudonyms in the epochs between two times (milliseconds since the epoch of Unix).
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
