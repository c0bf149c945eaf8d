import { formatCount, formatShare } from '../ui/format.ts';

interface Bad {
  readonly badShare: number | null;
  readonly judged: number;
  readonly verdicts: { readonly bad: number; readonly failed: number };
}

/** `5.1 % (6 of 118)`; a dash if there is nothing to count. */
export function shareText(share: number | null, part: number, whole: number): string {
  return share === null ? '–' : `${formatShare(share)} (${formatCount(part)} of ${formatCount(whole)})`;
}

/** The bad calls, which include the failed ones: `5.1 % (6 of 118)`. */
export function badText({ badShare, judged, verdicts }: Bad): string {
  return shareText(badShare, verdicts.bad + verdicts.failed, judged);
}

/**
 * The change of a share in points, `2.1 points more`; points are differences of percentages. Undefined if either is
 * not known.
 */
export function pointsText(share: number | null, before: number | null): string | undefined {
  if (share === null || before === null) return undefined;
  return changeText(Math.round((share - before) * 1000) / 10, 'point');
}

/** `12 points less`, `the same`. @param difference rounded as it should be shown */
export function changeText(difference: number, unit: string): string {
  if (difference === 0) return 'the same';
  const size = Math.abs(difference);
  return `${formatCount(size)} ${unit}${size === 1 ? '' : 's'} ${difference > 0 ? 'more' : 'less'}`;
}

/** The change of a number of calls in percent, `12 % more`. Undefined if there were none before. */
export function growthText(calls: number, before: number): string | undefined {
  if (before === 0) return undefined;
  const percent = Math.round((calls / before - 1) * 100);
  return percent === 0 ? 'the same' : `${formatCount(Math.abs(percent))} % ${percent > 0 ? 'more' : 'less'}`;
}
