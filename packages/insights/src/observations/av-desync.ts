import type { InboundSample } from '../signals/samples.ts';
import { type ConnectionDetector, type Definition, severityOf } from './detector.ts';
import { durationOf, Episodes, intervalsOf, peakOf } from './episodes.ts';
import { rounded } from './observation.ts';
import { SlidingWindow } from './windows.ts';

const AV_DESYNC = {
  name: 'av-desync',
  category: 'media',
  scope: 'connection',
  severity: 'low if it lasts less than 15 s, else by the highest mean over the window',
  signal: 'difference of the mean times in the jitter buffers of audio and video',
  threshold: { on: 250, off: 150, unit: 'ms', window: 5000, minimum: 4000 },
  bands: [
    { from: 250, severity: 'medium' },
    { from: 2000, severity: 'high' },
  ],
  needs: ['jitter-buffer'],
  caveats: [
    'With several audio or video streams it is not known which belong together, so only connections with one of each ' +
      'are judged.',
    'Below 5 frames per second there are no lips to match, and in silence there is no speech.',
    'Delays before sending and in the output device are not visible.',
  ],
  meaning: 'Sound and picture are apart: lips do not match speech.',
  advice: 'Put audio and video of a person into one MediaStream, and do not set the delay of one receiver alone.',
  source: 'ITU-R BT.1359: noticed from 45 ms early or 125 ms late, not acceptable beyond 90 ms early or 185 ms late.',
} as const satisfies Definition;

/** Share of the window that must be covered by sound and picture. */
const MIN_COVERED = 0.7;
/** Quieter audio is no speech, in dBFS. */
const SPEECH_LEVEL = -60;
/** A stream of fewer frames per second has no lips to match. */
const MIN_FRAME_RATE = 5;
/** Jitter buffers adapt after a pause; only what lasts longer, in milliseconds, is a fault. */
const LASTING_MS = 15_000;

export const avDesync: ConnectionDetector = {
  definition: AV_DESYNC,
  watch: () => {
    const window = new SlidingWindow(AV_DESYNC.threshold.window);
    const episodes = new Episodes(AV_DESYNC.threshold);
    return {
      sample({ previous, time, standstill, inbound }) {
        if (previous === undefined || standstill || time <= previous) return;
        const apart = apartOf(inbound);
        if (apart === undefined) return;
        window.add(previous, time, apart * (time - previous), time - previous);
        const mean = window.ratio();
        if (window.covered < AV_DESYNC.threshold.window * MIN_COVERED || mean === undefined) return;
        episodes.add(previous, time, Math.abs(mean));
      },
      end() {
        const found = episodes.finish();
        if (found.length === 0) return [];
        const peak = peakOf(found);
        const intervals = intervalsOf(found);
        return [
          {
            severity: intervals.some(([from, to]) => to - from >= LASTING_MS)
              ? severityOf(AV_DESYNC.bands, peak)
              : 'low',
            direction: 'in',
            intervals,
            evidence: { maxApartMs: rounded(peak), durationMs: durationOf(intervals) },
          },
        ];
      },
    };
  },
};

/** How much later audio is played than video; undefined unless one of each is played that can be compared. */
function apartOf(inbound: readonly InboundSample[]): number | undefined {
  let audio: number | undefined;
  let video: number | undefined;
  for (const stream of inbound) {
    const { buffer } = stream;
    if (stream.packets === 0 || buffer === undefined) continue;
    if (stream.audio !== undefined && (stream.audio.level ?? 0) > SPEECH_LEVEL) {
      if (audio !== undefined) return undefined;
      audio = buffer;
    }
    if ((stream.video?.frameRate ?? 0) >= MIN_FRAME_RATE) {
      if (video !== undefined) return undefined;
      video = buffer;
    }
  }
  return audio === undefined || video === undefined ? undefined : audio - video;
}
