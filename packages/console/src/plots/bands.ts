import type uPlot from 'uplot';
import { formatDuration, formatTime } from '../ui/format.ts';
import { resolveColor } from './plot-colors.ts';

/** A marked interval: a band from the top of a plot to its bottom. Milliseconds since the epoch. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly tone: 'bad' | 'warn' | 'accent';
}

/** An instant is shown, too. */
const MIN_WIDTH_PX = 3;
const MAX_DESCRIBED = 3;

/** Draws the bands behind the lines of a plot. */
export function drawBands(plot: uPlot, bands: readonly Band[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { from, to, tone } of bands) {
    const left = Math.max(plot.valToPos(from / 1000, 'x', true), bbox.left);
    const right = Math.min(plot.valToPos(to / 1000, 'x', true), bbox.left + bbox.width);
    const width = Math.max(right - left, MIN_WIDTH_PX * window.devicePixelRatio);
    if (!(right >= bbox.left && left <= bbox.left + bbox.width)) continue;
    ctx.fillStyle = resolveColor(`--${tone}`);
    ctx.globalAlpha = 0.16;
    ctx.fillRect(left, bbox.top, width, bbox.height);
    // An edge that is visible where the colors are hard to tell apart.
    ctx.globalAlpha = 0.8;
    ctx.fillRect(left, bbox.top, width, 2 * window.devicePixelRatio);
  }
  ctx.restore();
}

/** The labels of the bands at a time, in milliseconds since the epoch. */
export function bandsAt(bands: readonly Band[], time: number): readonly string[] {
  return [...new Set(bands.filter(({ from, to }) => from <= time && time <= to).map(({ label }) => label))];
}

/** What the bands show, for screen readers; empty without bands: `; marked: packet-loss 10:00:05 for 12 s`. */
export function describeBands(bands: readonly Band[]): string {
  if (bands.length === 0) return '';
  const described = bands
    .slice(0, MAX_DESCRIBED)
    .map(
      ({ from, to, label }) => `${label} ${formatTime(from)}${to > from ? ` for ${formatDuration(to - from)}` : ''}`,
    );
  const more = bands.length - described.length;
  return `; marked: ${described.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
