import type { InboundSample, OutboundSample } from '../signals/samples.ts';
import { type ConnectionDetector, type Definition, MAX_STREAMS, severityOf } from './detector.ts';
import { Episodes, intervalsOf, peakOf } from './episodes.ts';
import { type Finding, rounded } from './observation.ts';
import { SlidingWindow } from './windows.ts';

const KEYFRAME_STORM = {
  name: 'keyframe-storm',
  category: 'media',
  scope: 'track',
  severity: 'by the number in the worst 10 s',
  signal: 'requests for key frames (PLI and FIR) per stream within the window',
  threshold: { on: 6, off: 3, unit: 'requests', window: 10_000, minimum: 0 },
  bands: [
    { from: 6, severity: 'medium' },
    { from: 40, severity: 'high' },
  ],
  caveats: ['Every participant who joins asks for a key frame, so some at the begin of a call are normal.'],
  meaning: 'Key frames are asked for again and again. They are large, so quality drops and the line fills up.',
  advice:
    'Look for a receiver that cannot decode or decrypt, or a media server that asks on behalf of everybody who joins.',
  source: 'ObserveRTC: above 0.5 per second; usual without trouble is less than 0.1.',
} as const satisfies Definition;

export const keyframeStorm: ConnectionDetector = {
  definition: KEYFRAME_STORM,
  watch: () => {
    const streams = new Map<
      string,
      { track: string; direction: 'in' | 'out'; window: SlidingWindow; episodes: Episodes }
    >();
    const add = (
      direction: 'in' | 'out',
      { stream, track, keyFrameRequests }: InboundSample | OutboundSample,
      previous: number,
      time: number,
    ): void => {
      if (keyFrameRequests === undefined) return;
      let known = streams.get(stream);
      if (known === undefined) {
        if (streams.size >= MAX_STREAMS) return;
        const window = new SlidingWindow(KEYFRAME_STORM.threshold.window);
        known = { track, direction, window, episodes: new Episodes(KEYFRAME_STORM.threshold) };
        streams.set(stream, known);
      }
      known.window.add(previous, time, keyFrameRequests, 1);
      // Of a longer interval, only the share of the window counts.
      const longer = Math.max(1, known.window.covered / KEYFRAME_STORM.threshold.window);
      known.episodes.addWindow(known.window, known.window.part / longer);
    };
    return {
      sample({ previous, time, standstill, inbound, outbound }) {
        if (previous === undefined || standstill || time <= previous) return;
        for (const stream of inbound) add('in', stream, previous, time);
        for (const stream of outbound) add('out', stream, previous, time);
      },
      end: () =>
        Array.from(streams.values()).flatMap(({ track, direction, episodes }): Finding[] => {
          const found = episodes.finish();
          if (found.length === 0) return [];
          const peak = peakOf(found);
          return [
            {
              severity: severityOf(KEYFRAME_STORM.bands, peak),
              track,
              direction,
              intervals: intervalsOf(found),
              evidence: { maxRequestsIn10s: rounded(peak) },
            },
          ];
        }),
    };
  },
};

const LAYER_MISSING = {
  name: 'simulcast-layer-missing',
  category: 'media',
  scope: 'track',
  severity: 'always medium',
  signal: 'an active simulcast layer sends no frames while another layer of its track does',
  threshold: { on: 1, off: 1, unit: 'layers', window: 0, minimum: 8000 },
  caveats: [
    'A layer that the application switched off (active: false) is not missing.',
    'Layers start one by one, so a layer that never sent counts only after 30 s.',
  ],
  meaning: 'A quality that receivers could choose is not sent; those with good lines see a worse picture.',
  advice: 'See bandwidth-limited and cpu-limited; otherwise check the configuration of the layers.',
  source: 'W3C webrtc-stats (active, framesEncoded); LiveKit takes 35 of 100 points per missing layer.',
} as const satisfies Definition;

const START_MS = 30_000;

interface Layers {
  readonly since: number;
  readonly sent: Set<string>;
  readonly episodes: Episodes;
}

export const simulcastLayerMissing: ConnectionDetector = {
  definition: LAYER_MISSING,
  watch: () => {
    const tracks = new Map<string, Layers>();
    return {
      sample({ previous, time, standstill, outbound }) {
        if (previous === undefined || standstill || time <= previous) return;
        for (const [track, layers] of layersOf(outbound)) {
          let known = tracks.get(track);
          if (known === undefined) {
            if (tracks.size >= MAX_STREAMS) continue;
            known = { since: previous, sent: new Set(), episodes: new Episodes(LAYER_MISSING.threshold) };
            tracks.set(track, known);
          }
          let sending = 0;
          let missing = 0;
          for (const { stream, video } of layers) {
            if ((video?.framesEncoded ?? 0) > 0) {
              sending += 1;
              known.sent.add(stream);
            } else if (known.sent.has(stream) || time - known.since > START_MS) missing += 1;
          }
          known.episodes.add(previous, time, sending === 0 ? 0 : missing);
        }
      },
      end: () =>
        Array.from(tracks).flatMap(([track, { episodes }]): Finding[] => {
          const found = episodes.finish();
          if (found.length === 0) return [];
          const evidence = { maxMissingLayers: peakOf(found) };
          return [{ severity: 'medium', track, direction: 'out', intervals: intervalsOf(found), evidence }];
        }),
    };
  },
};

const NONE: ReadonlyMap<string, OutboundSample[]> = new Map();

/** The active layers of tracks that have several. */
function layersOf(outbound: readonly OutboundSample[]): ReadonlyMap<string, OutboundSample[]> {
  let layered = 0;
  for (const stream of outbound) if (isLayer(stream)) layered += 1;
  // Most calls send one video, without layers.
  if (layered < 2) return NONE;
  const tracks = new Map<string, OutboundSample[]>();
  for (const stream of outbound) {
    if (!isLayer(stream)) continue;
    // A track may be sent by several transceivers, each with layers of its own.
    const key = stream.mid === undefined ? stream.track : `${stream.track} ${stream.mid}`;
    const layers = tracks.get(key);
    if (layers === undefined) tracks.set(key, [stream]);
    else layers.push(stream);
  }
  for (const [track, layers] of tracks) if (layers.length < 2) tracks.delete(track);
  return tracks;
}

function isLayer({ video, active, layer }: OutboundSample): boolean {
  return video !== undefined && active !== false && layer !== undefined;
}
