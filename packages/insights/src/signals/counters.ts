import type { Report } from './report-store.ts';

/**
 * The change of counters between two samples of one report. The change is undefined at the first sample, if the browser
 * does not report the counter, and after it was reset.
 */
export class Counters {
  #before = new Map<string, number>();
  #now = new Map<string, number>();

  /** Call before the changes of a sample are read. */
  advance(): void {
    const spare = this.#before;
    this.#before = this.#now;
    spare.clear();
    this.#now = spare;
  }

  /** The change of a counter that only grows. */
  change(report: Report, name: string): number | undefined {
    const change = this.signedChange(report, name);
    return change !== undefined && change < 0 ? undefined : change;
  }

  /** The change of a counter that may become smaller, such as `packetsLost`. */
  signedChange(report: Report, name: string): number | undefined {
    return this.valueChange(name, report.number(name));
  }

  /** The change of a value that was computed from counters. */
  valueChange(name: string, value: number | undefined): number | undefined {
    if (value === undefined) return undefined;
    this.#now.set(name, value);
    const before = this.#before.get(name);
    return before === undefined ? undefined : value - before;
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
