/** A place in a chart of 100 by 100: the x of a period is the middle of its column. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Ends of an axis of shares that read well. */
const SHARE_TOPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1];

/** The end of an axis that shows all of the shares, 0 to 1. */
export function shareTop(shares: readonly (number | null)[]): number {
  const highest = Math.max(0, ...shares.map((share) => share ?? 0));
  return SHARE_TOPS.find((top) => top >= highest) ?? 1;
}

/** The end of an axis of counts: 1, 2 or 5 times a power of ten. */
export function countTop(counts: readonly number[]): number {
  const highest = Math.max(1, ...counts);
  const power = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= highest) ?? highest;
}

/**
 * The path of a line as SVG. Periods without a share leave a gap; a period between two gaps is a dot.
 *
 * @param top the end of the axis
 */
export function linePath(shares: readonly (number | null)[], top: number): string {
  let isDown = false;
  return shares
    .flatMap((share, index) => {
      if (share === null) {
        isDown = false;
        return [];
      }
      const { x, y } = pointOf(share, index, shares.length, top);
      const hasNext = (shares[index + 1] ?? null) !== null;
      const command = isDown ? 'L' : 'M';
      const dot = isDown || hasNext ? '' : 'l0.01 0';
      isDown = true;
      return [`${command}${round(x)} ${round(y)}${dot}`];
    })
    .join('');
}

/** Where a share is in the chart. */
export function pointOf(share: number, index: number, periods: number, top: number): Point {
  return { x: ((index + 0.5) / periods) * 100, y: 100 - (share / top) * 100 };
}

/** Which periods have a label: the first, the last, and some between, so that at most `most` fit beside each other. */
export function labeledPeriods(periods: number, most: number): number[] {
  const step = Math.max(1, Math.ceil((periods - 1) / (most - 1)));
  // From the last one back, because the latest period is the one that people look for.
  return Array.from({ length: Math.ceil(periods / step) }, (_, at) => periods - 1 - at * step).reverse();
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
