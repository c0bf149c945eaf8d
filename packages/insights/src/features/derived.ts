import { member, textOf } from './values.ts';

/** Facts about the address of a candidate that the anonymizer derived before it masked the address. */
export type DerivedName = 'rtcstatsAddressClass' | 'rtcstatsNetworkGroup' | 'rtcstatsAddressGroup';

/** A derived fact about the candidate of an event; undefined if the address was not masked. */
export function derivedIn(extra: readonly unknown[], name: DerivedName): string | undefined {
  for (const element of extra) {
    const value = textOf(member(element, name));
    if (value !== undefined) return value;
  }
  return undefined;
}
