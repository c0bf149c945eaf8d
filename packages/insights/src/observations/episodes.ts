import type { Threshold } from './detector.ts';
import type { Interval } from './observation.ts';
import type { SlidingWindow } from './windows.ts';

/** A period in which a signal was too high. */
export interface Episode {
  readonly from: number;
  readonly to: number;
  readonly peak: number;
}

/** Episodes that are closer together count as one, in milliseconds. */
const JOIN_MS = 5000;
/** Maximum episodes per signal; later ones extend the last. */
const MAX_EPISODES = 100;

/** Finds episodes in a signal with hysteresis. */
export class Episodes {
  readonly #threshold: Threshold;
  readonly #done: Episode[] = [];
  #open: { from: number; to: number; peak: number } | undefined;

  constructor(threshold: Threshold) {
    this.#threshold = threshold;
  }

  /** Adds the value of a period. Undefined means not measurable: the state stays as it was. */
  add(from: number, to: number, value: number | undefined): void {
    if (value === undefined) return;
    const { on, off } = this.#threshold;
    if (this.#open === undefined) {
      if (value >= on) this.#open = { from, to, peak: value };
      return;
    }
    if (value < off) {
      this.interrupt();
      return;
    }
    this.#open.to = to;
    this.#open.peak = Math.max(this.#open.peak, value);
  }

  /** Adds a value over a window; an episode covers what is counted in the window, not the whole of it. */
  addWindow(window: SlidingWindow, value: number | undefined): void {
    if (value === undefined) return;
    if (this.#open === undefined && value < this.#threshold.on) return;
    const [from, to] = window.active;
    this.add(from, to, value);
  }

  /** Ends an episode, because what comes next cannot be compared. */
  interrupt(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    const last = this.#done.at(-1);
    if (last !== undefined && (open.from - last.to <= JOIN_MS || this.#done.length >= MAX_EPISODES)) {
      this.#done[this.#done.length - 1] = { from: last.from, to: open.to, peak: Math.max(last.peak, open.peak) };
    } else this.#done.push(open);
  }

  /** All episodes that lasted long enough. */
  finish(): Episode[] {
    this.interrupt();
    return this.#done.filter(({ from, to }) => to - from >= this.#threshold.minimum);
  }
}

export function intervalsOf(episodes: readonly Episode[]): Interval[] {
  return episodes.map(({ from, to }) => [from, to]);
}

export function peakOf(episodes: readonly Episode[]): number {
  return episodes.reduce((peak, episode) => Math.max(peak, episode.peak), Number.NEGATIVE_INFINITY);
}

/** Summed duration in milliseconds. */
export function durationOf(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, [from, to]) => sum + to - from, 0);
}
