import type { Interval } from '../observations/observation.ts';
import type { DigestInput } from './contract.ts';

/** Intervals that are shown of an observation: the longest ones. */
const MAX_INTERVALS = 3;

/** Shows times as seconds since the beginning of the call, which are short, and can be compared with each other. */
export class CallClock {
  /** The first time in the analysis, in milliseconds since the epoch; undefined if there is none. */
  readonly start: number | undefined;

  constructor({ features, observations }: DigestInput) {
    const started = [features.client, ...features.connections].map(
      (of) => (of as Record<string, unknown>)['startTime'],
    );
    let start: number | undefined;
    for (const time of [...started, ...observations.map(({ from }) => from)]) {
      if (typeof time === 'number' && Number.isFinite(time)) start = Math.min(start ?? time, time);
    }
    this.start = start;
  }

  /** `+12.3 s` */
  at(time: number): string {
    const offset = time - (this.start ?? time);
    return `${offset < 0 ? '-' : '+'}${Number((Math.abs(offset) / 1000).toFixed(1))} s`;
  }

  /** `from +12.3 s for 4 s; at +30 s; 2 more, shorter` */
  during(intervals: readonly Interval[]): string {
    const longest = intervals
      .toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]))
      .slice(0, MAX_INTERVALS)
      .toSorted((a, b) => a[0] - b[0])
      .map(([from, to]) => (to > from ? `from ${this.at(from)} for ${seconds(to - from)}` : `at ${this.at(from)}`));
    const more = intervals.length - longest.length;
    return [...longest, ...(more > 0 ? [`${more} more, shorter`] : [])].join('; ');
  }
}

/** `4.2 s`, `42 ms` */
export function seconds(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${Number((milliseconds / 1000).toFixed(1))} s`;
}
