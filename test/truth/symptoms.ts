import type { Measured } from './page/interface.ts';

/** A symptom that the page of a participant measured. Times in milliseconds since the epoch. */
export interface Symptom {
  readonly label: 'video-freeze' | 'audio-concealment';
  readonly from: number;
  readonly to: number;
  /** Whether it must be reported, or only may. */
  readonly certain: boolean;
}

const FREEZE = { windowMs: 10_000, certain: 1000, possible: 400 };
const CONCEALMENT = { windowMs: 5000, certain: 0.05, possible: 0.02 };
/** As libwebrtc defines a freeze: a gap between frames of three times, and 150 ms above, the mean of the last ones. */
const MEAN_OVER_FRAMES = 30;
const FREEZE_ABOVE_MEAN_MS = 150;
/** Sound and picture settle at the begin of a call. */
const SETTLING_MS = 3000;

/** Where pictures froze and sound was concealed, by the limits of the labels of the given recordings. */
export function symptomsOf({ frames, audio }: Pick<Measured, 'frames' | 'audio'>): Symptom[] {
  return [...freezes(frames), ...concealment(audio)];
}

function freezes(frames: readonly number[]): Symptom[] {
  const settled = frames.filter((time) => time >= frames[0]! + SETTLING_MS);
  const gaps = settled.slice(1).map((time, index) => time - settled[index]!);
  const frozen = gaps.map((gap, index) => {
    const last = gaps.slice(Math.max(0, index - MEAN_OVER_FRAMES), index);
    const mean = last.length === 0 ? gap : last.reduce((sum, it) => sum + it, 0) / last.length;
    return gap > Math.max(3 * mean, mean + FREEZE_ABOVE_MEAN_MS) ? gap : 0;
  });
  // A window for each gap: the frozen time of the 10 s that end with it.
  const windows = gaps.map((gap, index) => {
    const to = settled[index + 1]!;
    let sum = 0;
    for (let at = index; at >= 0 && settled[at + 1]! > to - FREEZE.windowMs; at--) sum += frozen[at]!;
    return { from: to - Math.max(gap, FREEZE.windowMs), to, value: sum };
  });
  return symptom('video-freeze', windows, FREEZE);
}

function concealment(samples: Measured['audio']): Symptom[] {
  const settled = samples.filter(({ time }) => time >= samples[0]!.time + SETTLING_MS);
  const windows = settled.flatMap((end) => {
    const begin = settled.findLast(({ time }) => time <= end.time - CONCEALMENT.windowMs);
    const total = begin === undefined ? 0 : end.total - begin.total;
    if (begin === undefined || total <= 0) return [];
    return [{ from: begin.time, to: end.time, value: (end.concealed - begin.concealed) / total }];
  });
  return symptom('audio-concealment', windows, CONCEALMENT);
}

function symptom(
  label: Symptom['label'],
  windows: readonly { readonly from: number; readonly to: number; readonly value: number }[],
  limits: { readonly certain: number; readonly possible: number },
): Symptom[] {
  const possible = windows.filter(({ value }) => value >= limits.possible);
  const certain = possible.filter(({ value }) => value >= limits.certain);
  const found = certain.length > 0 ? certain : possible;
  if (found.length === 0) return [];
  return [{ label, from: found[0]!.from, to: found.at(-1)!.to, certain: certain.length > 0 }];
}
