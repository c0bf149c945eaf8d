import { type ConnectionDetector, type Definition, MAX_STREAMS } from './detector.ts';
import { durationOf, Episodes, intervalsOf, peakOf } from './episodes.ts';
import { type Finding, rounded } from './observation.ts';
import { Quantiles, SlidingWindow } from './windows.ts';

const CPU_LIMITED = {
  name: 'cpu-limited',
  category: 'client',
  scope: 'client',
  severity: 'medium from 5 s on, low below',
  signal:
    'share of time in which the encoder is limited by cpu (qualityLimitationReason), or is busy for more than 70 % of ' +
    'the time while it makes less than 80 % of its usual frames',
  threshold: { on: 0.3, off: 0.1, unit: 'share of time', window: 10_000, minimum: 3000 },
  caveats: [
    'Browsers name the reason late or (Firefox) not at all, hence the second signal.',
    'Hardware encoders work on several frames at once, so their time per frame alone proves nothing.',
  ],
  meaning: 'The computer is too slow for what it ought to send, so frame rate or resolution go down.',
  advice: 'Close other programs, send a lower resolution, or use a codec with hardware support.',
  source:
    'W3C webrtc-stats; ObserveRTC: cpu for more than 30 % of the time, encode time above 80 % of the frame budget.',
} as const satisfies Definition;

const BUSY_SHARE = 0.7;
const LOW_FRAME_RATE = 0.8;
/** Samples before the usual frame rate is known. */
const MIN_SAMPLES = 5;

export const cpuLimited: ConnectionDetector = {
  definition: CPU_LIMITED,
  watch: () => {
    const window = new SlidingWindow(CPU_LIMITED.threshold.window);
    const episodes = new Episodes(CPU_LIMITED.threshold);
    const frameRates = new Map<string, Quantiles>();
    let busiest = 0;
    return {
      sample({ previous, time, standstill, outbound }) {
        if (previous === undefined || standstill || time <= previous) return;
        let limited: boolean | undefined;
        for (const { stream, video } of outbound) {
          if (video?.frameRate === undefined) continue;
          let usual = frameRates.get(stream);
          if (usual === undefined) {
            if (frameRates.size >= MAX_STREAMS) continue;
            usual = new Quantiles();
            frameRates.set(stream, usual);
          }
          const busy = (video.frameRate * (video.encodeTime ?? 0)) / 1000;
          const most = usual.at(0.9, MIN_SAMPLES);
          const slow = most !== undefined && video.frameRate < most * LOW_FRAME_RATE;
          const overloaded = busy >= BUSY_SHARE && slow;
          if (overloaded) busiest = Math.max(busiest, busy);
          else if (video.frameRate > 0) usual.add(video.frameRate);
          limited = (limited ?? false) || overloaded || video.limitation === 'cpu';
        }
        if (limited === undefined) return;
        window.add(previous, time, limited ? time - previous : 0, time - previous);
        episodes.addWindow(window, window.ratio());
      },
      end() {
        const found = episodes.finish();
        if (found.length === 0) return [];
        const intervals = intervalsOf(found);
        const duration = durationOf(intervals);
        return [
          {
            severity: duration >= 5000 ? 'medium' : 'low',
            direction: 'out',
            intervals,
            evidence: { durationMs: duration, ...(busiest > 0 && { encoderBusyShare: rounded(busiest) }) },
          },
        ];
      },
    };
  },
};

const DECODER_OVERLOAD = {
  name: 'decoder-overload',
  category: 'client',
  scope: 'track',
  severity: 'always medium',
  signal:
    'decode time per frame by the time between the frames that arrive, or share of frames dropped after decoding ' +
    'takes more than half of that time',
  threshold: { on: 0.8, off: 0.5, unit: 'share of the frame budget', window: 5000, minimum: 3000 },
  caveats: [
    'Only with 10 or more frames in the window, because a shared screen sends few.',
    'Frames that cannot be decoded because packets are missing do not take decode time, so loss alone does not count.',
  ],
  meaning: 'The computer cannot decode as fast as frames arrive. The picture is late or jerks.',
  advice: 'Receive fewer or smaller pictures; look for software decoding of large AV1 or VP9 video.',
  source: 'ObserveRTC: decode time above 80 % of the frame budget, or more than 10 % of the frames dropped.',
} as const satisfies Definition;

const MIN_FRAMES = 10;

interface Decoder {
  readonly track: string;
  /** Decode time by frames decoded. */
  readonly cost: SlidingWindow;
  /** Frames received by time. */
  readonly rate: SlidingWindow;
  readonly episodes: Episodes;
}

export const decoderOverload: ConnectionDetector = {
  definition: DECODER_OVERLOAD,
  watch: () => {
    const streams = new Map<string, Decoder>();
    return {
      sample({ previous, time, standstill, inbound }) {
        if (previous === undefined || standstill || time <= previous) return;
        for (const { stream, track, video } of inbound) {
          if (video?.framesReceived === undefined || video.framesDecoded === undefined) continue;
          let known = streams.get(stream);
          if (known === undefined) {
            if (streams.size >= MAX_STREAMS) continue;
            const { window } = DECODER_OVERLOAD.threshold;
            known = {
              track,
              cost: new SlidingWindow(window),
              rate: new SlidingWindow(window),
              episodes: new Episodes(DECODER_OVERLOAD.threshold),
            };
            streams.set(stream, known);
          }
          known.cost.add(previous, time, (video.decodeTime ?? 0) * video.framesDecoded, video.framesDecoded);
          known.rate.add(previous, time, video.framesReceived, time - previous);
          const perFrame = known.cost.ratio();
          const arriving = known.rate.ratio();
          const enough = known.rate.part >= MIN_FRAMES && perFrame !== undefined && arriving !== undefined;
          known.episodes.add(previous, time, enough ? perFrame * arriving : undefined);
        }
      },
      end: () =>
        Array.from(streams.values()).flatMap(({ track, episodes }): Finding[] => {
          const found = episodes.finish();
          if (found.length === 0) return [];
          const evidence = { maxBudgetShare: rounded(peakOf(found)) };
          return [{ severity: 'medium', track, direction: 'in', intervals: intervalsOf(found), evidence }];
        }),
    };
  },
};
