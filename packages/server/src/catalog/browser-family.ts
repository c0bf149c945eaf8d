import type { BrowserFamily } from '@rtcstats-server/api';

/** What a user agent contains, the first that fits: most browsers also claim to be those below them. */
export const FAMILY_MARKS: readonly (readonly [mark: string, family: BrowserFamily])[] = [
  ['Edg', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['FxiOS/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['CriOS/', 'Chrome'],
  ['Safari/', 'Safari'],
];

export function browserFamily(userAgent: string | null): BrowserFamily {
  return FAMILY_MARKS.find(([mark]) => userAgent?.includes(mark))?.[1] ?? 'other';
}
