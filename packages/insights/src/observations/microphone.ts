import { MIN_LEVEL } from '../signals/counters.ts';
import type { OutboundSample } from '../signals/samples.ts';
import type { ConnectionDetector, Definition } from './detector.ts';
import { type Finding, rounded } from './observation.ts';

/** Samples at the begin of a track, in which audio processing has not settled. */
const SKIPPED = 3;
const MAX_TRACKS = 200;
/** Levels are counted in steps of one dB. */
const LEVELS = -MIN_LEVEL + 1;
const NO_LEVELS: readonly number[] = Array.from({ length: LEVELS }, () => 0);

const SILENT = {
  name: 'microphone-silent',
  category: 'capture',
  scope: 'track',
  severity: 'always medium',
  signal:
    'RMS level of the microphone per second: never above the limit, exact digital silence at times, and the comfort ' +
    'noise of the echo canceller at others',
  threshold: { on: -60, off: -60, unit: 'dBFS at most', window: 1000, minimum: 20_000 },
  needs: ['source-audio-level'],
  caveats: [
    'A track that the application muted is exactly silent all the time. Only comfort noise, about -70 dBFS while others ' +
      'speak, proves that it was not muted; without any, nothing is reported.',
    'A real microphone has noise, so it is never exactly silent; somebody who says nothing is not reported.',
  ],
  meaning: 'The microphone delivers nothing: the others hear nothing of this person.',
  advice: 'Check the mute switch of the device and of the system, and which input is selected.',
  source: 'ObserveRTC: RMS at most 0.001 (-60 dBFS) for 30 s.',
} as const satisfies Definition;

/** Share of seconds with comfort noise. */
const MIN_NOISE_SHARE = 0.05;

const QUIET = {
  name: 'microphone-quiet',
  category: 'capture',
  scope: 'track',
  severity: 'always medium',
  signal:
    'RMS level of the microphone per second: loud seconds (95 %) below the limit, but rising and falling as speech',
  threshold: { on: -45, off: -45, unit: 'dBFS at most', window: 1000, minimum: 20_000 },
  needs: ['source-audio-level'],
  caveats: [
    'Somebody who only listens has steady noise; so the loud seconds must be at least 12 dB above the quiet ones, and ' +
      'more than a quarter of all seconds must be loud.',
  ],
  meaning: 'Speech is so quiet that the others hardly hear it.',
  advice: 'Raise the input level in the system, turn automatic gain on, or move closer to the microphone.',
  source: 'ITU-T P.56 and G.111: speech is usually at -26 dBov active level; 20 dB less is far too quiet.',
} as const satisfies Definition;

/** How far loud seconds of speech are above pauses, in dB. */
const MIN_RANGE = 12;
/** Share of seconds in which somebody speaks. */
const MIN_ACTIVE_SHARE = 0.25;
/** Share of seconds in exact silence that no real microphone has. */
const MIN_ZERO_SHARE = 0.1;

/** The levels of one microphone over a call, as a histogram. */
class Levels {
  readonly counts: number[] = NO_LEVELS.slice();
  first = 0;
  last = 0;
  total = 0;
  #skipped = 0;

  add(level: number, from: number, to: number): void {
    if (this.#skipped < SKIPPED) {
      this.#skipped += 1;
      return;
    }
    if (this.total === 0) this.first = from;
    this.last = to;
    this.total += 1;
    const step = Math.round(Math.min(0, Math.max(MIN_LEVEL, level)) - MIN_LEVEL);
    this.counts[step] = this.counts[step]! + 1;
  }

  /** The level below which a share of all seconds is. */
  quantile(share: number): number {
    let rest = share * this.total;
    for (let step = 0; step < LEVELS; step++) {
      rest -= this.counts[step]!;
      if (rest <= 0) return step + MIN_LEVEL;
    }
    return 0;
  }

  /** The share of seconds at or above a level. */
  shareAbove(level: number): number {
    let count = 0;
    for (let step = Math.max(0, Math.round(level - MIN_LEVEL)); step < LEVELS; step++) count += this.counts[step]!;
    return this.total === 0 ? 0 : count / this.total;
  }

  get zeroShare(): number {
    return this.total === 0 ? 0 : this.counts[0]! / this.total;
  }
}

function levelDetector(definition: Definition, judge: (levels: Levels) => Finding | undefined): ConnectionDetector {
  return {
    definition,
    watch: () => {
      const tracks = new Map<string, Levels>();
      return {
        sample({ previous, time, standstill, outbound }) {
          if (previous === undefined || standstill) return;
          for (const stream of outbound) addLevel(tracks, stream, previous, time);
        },
        end: () =>
          Array.from(tracks).flatMap(([track, levels]) => {
            if (levels.last - levels.first < (definition.threshold?.minimum ?? 0)) return [];
            const finding = judge(levels);
            return finding === undefined ? [] : [{ ...finding, track }];
          }),
      };
    },
  };
}

function addLevel(tracks: Map<string, Levels>, stream: OutboundSample, from: number, to: number): void {
  if (stream.kind !== 'audio' || stream.sourceLevel === undefined) return;
  let levels = tracks.get(stream.track);
  if (levels === undefined) {
    if (tracks.size >= MAX_TRACKS) return;
    levels = new Levels();
    tracks.set(stream.track, levels);
  }
  levels.add(stream.sourceLevel, from, to);
}

export const microphoneSilent: ConnectionDetector = levelDetector(SILENT, (levels) => {
  const loudest = levels.quantile(1);
  if (loudest > SILENT.threshold.on || levels.zeroShare < MIN_ZERO_SHARE) return undefined;
  if (levels.zeroShare > 1 - MIN_NOISE_SHARE) return undefined;
  return {
    severity: 'medium',
    direction: 'out',
    intervals: [[levels.first, levels.last]],
    evidence: { maxLevelDbfs: loudest, silentShare: rounded(levels.zeroShare) },
  };
});

export const microphoneQuiet: ConnectionDetector = levelDetector(QUIET, (levels) => {
  const loud = levels.quantile(0.95);
  const pause = levels.quantile(0.1);
  if (loud > QUIET.threshold.on || loud - pause < MIN_RANGE || levels.zeroShare >= MIN_ZERO_SHARE) return undefined;
  if (levels.shareAbove(pause + MIN_RANGE) < MIN_ACTIVE_SHARE) return undefined;
  return {
    severity: 'medium',
    direction: 'out',
    intervals: [[levels.first, levels.last]],
    evidence: { loudLevelDbfs: loud, pauseLevelDbfs: pause },
  };
});
