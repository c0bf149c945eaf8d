import type { DumpEvent } from '@rtcstats-server/dump';
import type { NotJudged } from './analysis-document.ts';
import { DETECTORS } from './observations/registry.ts';
import type { Scores } from './scores/scores.ts';
import { ENGINES, type Engine, type Measurement, reports } from './signals/browsers.ts';
import type { ConnectionSample } from './signals/samples.ts';

/** A difference between the clock of the events and that of the statistics, per interval, that is no rounding. */
const CLOCK_JUMP_MS = 2000;
const MAX_IGNORED = 10_000;
const NAMES = { chromium: 'Chromium', firefox: 'Firefox', safari: 'Safari' } as const;

/** Keeps account of what a recording contains, to say what could not be judged. */
export class Coverage {
  readonly #notes: NotJudged[] = [];
  readonly #ignored = new Set<string>();
  #events = 0;
  #connections = 0;
  #samples = 0;
  #clockJumps = 0;
  #overflowed = false;
  #sendsVideo = false;
  #sendsAudio = false;
  #lastTime: number | undefined;

  event({ time }: DumpEvent): void {
    this.#events += 1;
    if (this.#lastTime !== undefined && time < this.#lastTime) this.#clockJumps += 1;
    this.#lastTime = time;
  }

  connection(): void {
    this.#connections += 1;
  }

  ignoredConnection(scope: string): void {
    if (this.#ignored.size < MAX_IGNORED) this.#ignored.add(scope);
  }

  sample({ time, previous, elapsed, outbound }: ConnectionSample, overflowed: boolean): void {
    this.#samples += 1;
    this.#overflowed ||= overflowed;
    for (const { kind } of outbound) {
      this.#sendsVideo ||= kind === 'video';
      this.#sendsAudio ||= kind === 'audio';
    }
    if (previous === undefined || elapsed === undefined || time < previous) return;
    if (Math.abs(time - previous - elapsed) > CLOCK_JUMP_MS) this.#clockJumps += 1;
  }

  note(what: string, why: string): void {
    this.#notes.push({ what, why });
  }

  result(engine: Engine, scores: Scores): NotJudged[] {
    const notes = [...this.#notes];
    const note = (what: string, why: string): void => {
      notes.push({ what, why });
    };
    if (this.#events === 0) note('call', 'the recording has no events');
    else if (this.#connections === 0) note('call', 'the recording has no connection');
    else if (this.#samples === 0) note('media', 'the recording has no statistics');
    if (scores.experience === null && this.#events > 0) note('experience', 'no connection was attempted');
    if (this.#clockJumps > 0) {
      note('durations', `the clock of the client was set or stood still ${this.#clockJumps} times`);
    }
    if (this.#ignored.size > 0) note('connections', `${this.#ignored.size} connections were too many at the same time`);
    if (this.#overflowed) note('statistics', 'a connection has too many reports; only the first ones were read');
    if (this.#samples > 0) notes.push(...this.#missing(engine));
    return notes;
  }

  /** Detectors that need what the engine does not report, of media that were sent. */
  #missing(engine: Engine): NotJudged[] {
    if (engine === 'unknown') return [];
    return DETECTORS.flatMap(({ definition: { name, needs } }) => {
      if (needs === undefined || !this.#concerns(needs)) return [];
      if (needs.some((measurement) => reports(engine, measurement))) return [];
      const properties = needs.map((measurement) => ENGINES[measurement][engine].property);
      return [{ what: name, why: `${NAMES[engine]} does not report ${properties.join(' or ')}` }];
    });
  }

  #concerns(needs: readonly Measurement[]): boolean {
    if (needs.includes('quality-limitation')) return this.#sendsVideo;
    return needs.includes('source-audio-level') ? this.#sendsAudio : true;
  }
}
