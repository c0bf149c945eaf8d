import { NUMBERS, type NumberSlot } from '../stats/properties.ts';
import type { Report } from '../stats/report.ts';

/** Numbers per counter: its value, and the sample in which it was seen, counted from 1. */
const STRIDE = 2;
/**
 * A copy of this is faster to make than typed arrays, and most calls are short. With NaN instead of 0, all lists are
 * lists of doubles from the beginning, so that the code which reads them has one case only.
 */
const NOT_SEEN: readonly number[] = Array.from({ length: NUMBERS * STRIDE }, () => Number.NaN);

/**
 * The change of counters between two samples of one report. The change is undefined at the first sample, if the browser
 * does not report the counter, and after it was reset.
 */
export class Counters {
  readonly #counters: number[] = NOT_SEEN.slice();
  #sample = 0;

  /** Call before the changes of a sample are read. */
  advance(): void {
    this.#sample += 1;
  }

  /** The change of a counter that only grows. Read each counter once per sample. */
  change(report: Report, slot: NumberSlot): number | undefined {
    const change = this.#advanced(report.numbers[slot]!, slot);
    // Not so if there is no change, which is NaN.
    return change >= 0 ? change : undefined;
  }

  /** The change of a counter that may become smaller, such as `packetsLost`. */
  signedChange(report: Report, slot: NumberSlot): number | undefined {
    const change = this.#advanced(report.numbers[slot]!, slot);
    return Number.isNaN(change) ? undefined : change;
  }

  /** The change; NaN if there is none. */
  #advanced(value: number, slot: NumberSlot): number {
    if (Number.isNaN(value)) return Number.NaN;
    const counters = this.#counters;
    const at = slot * STRIDE;
    const change = counters[at + 1] === this.#sample - 1 ? value - counters[at]! : Number.NaN;
    counters[at] = value;
    counters[at + 1] = this.#sample;
    return change;
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
