import type { Span } from '../routing/parameters.ts';

/** Distances between ticks in milliseconds that read well. */
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000,
];

/** A tick of the axis. */
export interface Tick {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Time since the start, such as `2:30`. */
  readonly label: string;
}

/**
 * Ticks at round times since the start of the session.
 *
 * @param most the largest number of ticks that fit
 */
export function ticksOf(span: Span, start: number, most: number): Tick[] {
  const length = span.to - span.from;
  const step = STEPS.find((candidate) => length / candidate <= most) ?? Math.ceil(length / most);
  const first = Math.ceil((span.from - start) / step) * step;
  const ticks: Tick[] = [];
  for (let since = first; start + since <= span.to; since += step) {
    ticks.push({ time: start + since, label: labelOf(since, step) });
  }
  return ticks;
}

/** `0:05`, `2:30`, `1:02:00`; with as many decimals as the step needs. */
function labelOf(since: number, step: number): string {
  const sign = since < 0 ? '−' : '';
  const milliseconds = Math.abs(since);
  const seconds = Math.floor(milliseconds / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  const digits = step % 1000 === 0 ? 0 : step % 100 === 0 ? 1 : step % 10 === 0 ? 2 : 3;
  const decimals =
    digits === 0
      ? ''
      : `.${String(milliseconds % 1000)
          .padStart(3, '0')
          .slice(0, digits)}`;
  return `${sign}${h > 0 ? `${h}:${two(m)}` : m}:${two(s)}${decimals}`;
}
