/** Facts about the address of a candidate that the anonymizer derived before it masked the address. */
export type DerivedName = 'rtcstatsAddressClass' | 'rtcstatsNetworkGroup' | 'rtcstatsAddressGroup';

/**
 * A derived fact about the candidate of an event, from the event's further elements; undefined if the address was not
 * masked.
 */
export function derivedIn(extra: readonly unknown[], name: DerivedName): string | undefined {
  for (const element of extra) {
    const value = (element as Partial<Record<DerivedName, unknown>> | null | undefined)?.[name];
    if (typeof value === 'string') return value;
  }
  return undefined;
}
