import type { Chart } from '@rtcstats-server/insights';

/** Distinguishable on light and dark backgrounds, and with the common kinds of color blindness. */
const COLORS = ['#1a8a96', '#d9822b', '#7a5cc7', '#c2477f', '#4b8b3b', '#a0762a', '#3f74c9', '#8a8f98'];
/** For lines of one chart that have the same color: solid, dashed, dotted. */
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

/** How a line is drawn. */
export interface LineStyle {
  readonly color: string;
  readonly dash: number[];
}

/** The style of each line. A stream has the same color in every chart of its connection. */
export function lineStyles({ lines }: Chart): LineStyle[] {
  const uses = new Map<string, number>();
  return lines.map(({ stream }, index) => {
    const color = COLORS[(stream ?? index) % COLORS.length]!;
    const count = uses.get(color) ?? 0;
    uses.set(color, count + 1);
    return { color, dash: DASHES[count % DASHES.length]! };
  });
}

/** The value of a color token. Canvas needs it, and only a color property resolves the `light-dark()` in a token. */
export function resolveColor(token: string): string {
  probe ??= document.body.appendChild(Object.assign(document.createElement('span'), { hidden: true }));
  probe.style.color = `var(${token})`;
  return getComputedStyle(probe).color;
}
let probe: HTMLElement | undefined;
