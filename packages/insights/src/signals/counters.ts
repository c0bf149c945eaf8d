import { NUMBERS, type NumberSlot } from '../stats/properties.ts';
import type { Report } from '../stats/report.ts';

/** A copy of this is faster to make than two typed arrays, and most calls are short. */
const ZEROS: readonly number[] = Array.from({ length: NUMBERS }, () => 0);

/**
 * The change of counters between two samples of one report. The change is undefined at the first sample, if the browser
 * does not report the counter, and after it was reset.
 */
export class Counters {
  readonly #values: number[] = ZEROS.slice();
  /** The sample in which each value was seen, counted from 1. */
  readonly #seen: number[] = ZEROS.slice();
  #sample = 0;

  /** Call before the changes of a sample are read. */
  advance(): void {
    this.#sample += 1;
  }

  /** The change of a counter that only grows. Read each counter once per sample. */
  change(report: Report, slot: NumberSlot): number | undefined {
    const change = this.signedChange(report, slot);
    return change !== undefined && change < 0 ? undefined : change;
  }

  /** The change of a counter that may become smaller, such as `packetsLost`. */
  signedChange(report: Report, slot: NumberSlot): number | undefined {
    const value = report.numbers[slot]!;
    if (Number.isNaN(value)) return undefined;
    const change = this.#seen[slot] === this.#sample - 1 ? value - this.#values[slot]! : undefined;
    this.#values[slot] = value;
    this.#seen[slot] = this.#sample;
    // Sample 0 is before the first one.
    return this.#sample === 1 ? undefined : change;
  }
}

/** A quotient; undefined if it has no meaning. */
export function ratio(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined || whole <= 0 ? undefined : part / whole;
}

/** A product with a number that may be undefined. */
export function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

/** RMS level in dBFS of the energy collected over a duration (W3C webrtc-stats, totalAudioEnergy). */
export function levelOf(energy: number | undefined, seconds: number | undefined): number | undefined {
  const mean = ratio(energy, seconds);
  if (mean === undefined) return undefined;
  return mean <= 0 ? MIN_LEVEL : Math.max(MIN_LEVEL, 10 * Math.log10(mean));
}

/** The level reported for digital silence, in dBFS: below the least significant bit of 16 bit audio (-90 dBFS). */
export const MIN_LEVEL = -100;
