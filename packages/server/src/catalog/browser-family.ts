/** What operators tell browsers by. `other`: none of these, or it did not say. */
export const BROWSER_FAMILIES = ['Chrome', 'Edge', 'Firefox', 'Safari', 'Opera', 'other'] as const;
export type BrowserFamily = (typeof BROWSER_FAMILIES)[number];

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
