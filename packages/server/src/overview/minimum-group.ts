/** Groups that are shown, and those that are added up. */
export interface FoldedGroups<T> {
  readonly shown: readonly T[];
  readonly hidden: readonly T[];
}

/**
 * Decides which groups are shown: those of at least `minimum` calls, at most `most` of them. If the hidden groups have
 * fewer than `minimum` calls together, the smallest shown groups are hidden as well, because the total less the shown
 * groups is the same as the hidden ones.
 *
 * @param groups the most calls first
 * @param alwaysHidden values that are never shown, such as the one that stands for many
 */
export function foldSmallGroups<T extends { readonly value: string; readonly calls: number }>(
  groups: readonly T[],
  { minimum, most, alwaysHidden }: { readonly minimum: number; readonly most: number; readonly alwaysHidden: string },
): FoldedGroups<T> {
  const large = groups.filter(({ value, calls }) => value !== alwaysHidden && calls >= minimum);
  const shown = large.slice(0, most);
  const hidden = groups.filter((group) => !shown.includes(group));
  let calls = hidden.reduce((sum, group) => sum + group.calls, 0);
  while (hidden.length > 0 && calls < minimum) {
    const smallest = shown.pop();
    if (smallest === undefined) break;
    hidden.unshift(smallest);
    calls += smallest.calls;
  }
  return { shown, hidden };
}
