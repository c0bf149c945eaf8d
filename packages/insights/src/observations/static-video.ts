import type { ClientDetector, Definition } from './detector.ts';
import { Episodes, intervalsOf } from './episodes.ts';
import { type Finding, rounded } from './observation.ts';
import { SlidingWindow } from './windows.ts';

const STATIC_VIDEO = {
  name: 'static-video',
  category: 'capture',
  scope: 'track',
  severity: 'always low',
  signal: 'bits per pixel of sent camera video at 5 or more frames per second, negated: static below the limit',
  threshold: { on: -0.008, off: -0.012, unit: 'bit/pixel', window: 10_000, minimum: 15_000 },
  caveats: [
    'A screen that is shared may be static for hours; tracks of getDisplayMedia are not judged.',
    'A camera that the application turned off sends black frames, but only about one per second.',
    'A limited encoder is not judged, because few bits are then not the doing of the camera.',
  ],
  meaning: 'The camera delivers the same picture all the time: covered, black, or frozen.',
  advice: 'Check the lens cover and whether another program shows the camera moving.',
  source:
    'Physics: the noise of a real sensor alone takes more than 0.02 bit per pixel at usual quantizers; skipped blocks ' +
    'of an unchanged picture take a few bytes per frame.',
} as const satisfies Definition;

const MIN_FRAME_RATE = 5;
const MAX_TRACKS = 200;

export const staticVideo: ClientDetector = {
  definition: STATIC_VIDEO,
  watchClient: () => {
    const screens = new Set<string>();
    const tracks = new Map<string, { window: SlidingWindow; episodes: Episodes; least: number }>();
    return {
      event({ method, value }) {
        if (method !== 'navigator.mediaDevices.getDisplayMediaOnSuccess' || !Array.isArray(value)) return;
        for (const track of value as unknown[]) {
          const id: unknown = Array.isArray(track) ? track[1] : undefined;
          if (typeof id === 'string' && screens.size < MAX_TRACKS) screens.add(id);
        }
      },
      sample({ previous, time, standstill, outbound }) {
        if (previous === undefined || standstill || time <= previous) return;
        for (const { track, video, bitrate, width, height } of outbound) {
          if (video?.framesEncoded === undefined || bitrate === undefined || !width || !height) continue;
          if (screens.has(track)) continue;
          let state = tracks.get(track);
          if (state === undefined) {
            if (tracks.size >= MAX_TRACKS) continue;
            const window = new SlidingWindow(STATIC_VIDEO.threshold.window);
            state = { window, episodes: new Episodes(STATIC_VIDEO.threshold), least: Number.POSITIVE_INFINITY };
            tracks.set(track, state);
          }
          const limited = video.limitation === 'bandwidth' || video.limitation === 'cpu';
          if ((video.frameRate ?? 0) < MIN_FRAME_RATE || limited) {
            state.window.clear();
            state.episodes.interrupt();
            continue;
          }
          const bits = (bitrate * (time - previous)) / 1000;
          state.window.add(previous, time, bits, width * height * video.framesEncoded);
          const perPixel = state.window.ratio();
          if (perPixel !== undefined) state.least = Math.min(state.least, perPixel);
          state.episodes.add(previous, time, perPixel === undefined ? undefined : -perPixel);
        }
      },
      end: () =>
        Array.from(tracks).flatMap(([track, { episodes, least }]): Finding[] => {
          const found = episodes.finish();
          if (found.length === 0) return [];
          const evidence = { minBitsPerPixel: rounded(least) };
          return [{ severity: 'low', track, direction: 'out', intervals: intervalsOf(found), evidence }];
        }),
    };
  },
};
