import { cleanNames, type Policy, presetPolicy, type Subject } from '@rtcstats-server/privacy';
import type { PseudonymKeys } from './pseudonym-keys.ts';

/** Pseudonyms do not depend on the rest of the policy, so any policy with the key yields the same one. */
const PSEUDONYMS: Policy = Object.freeze({ ...presetPolicy('standard'), keepOpaqueIdentifiers: false });

/**
 * The names under which a person or a call may appear in the catalog: the name that the application uses, because a
 * policy may have kept it, and its pseudonyms in the epochs between two times (milliseconds since the epoch of Unix).
 * Epochs whose key is destroyed are left out: nobody knows their pseudonyms. With a short rotation, only the latest
 * epochs are searched (`MAX_EPOCHS`).
 */
export function subjectNames(
  subject: Exclude<Subject, 'device'>,
  text: string,
  keys: PseudonymKeys,
  times: { readonly from: number; readonly to: number },
): string[] {
  const names = new Set([text]);
  for (const { key } of keys.between(times).reverse()) {
    if (key === null) continue;
    for (const name of cleanNames(subject, text, PSEUDONYMS, key)) names.add(name);
  }
  return [...names];
}
