import type { ConnectionSample } from '../signals/samples.ts';
import { type ConnectionDetector, type Definition, severityOf } from './detector.ts';
import { durationOf, Episodes, intervalsOf } from './episodes.ts';
import { rounded } from './observation.ts';
import { Quantiles, SlidingWindow } from './windows.ts';

const BANDWIDTH_LIMITED = {
  name: 'bandwidth-limited',
  category: 'network',
  scope: 'connection',
  severity: 'by the longest episode',
  signal:
    'share of time in which the encoder is limited by bandwidth (qualityLimitationReason), or in which the estimated ' +
    'bandwidth is below half and the video below 60 % of what is usual in the call',
  threshold: { on: 0.4, off: 0.2, unit: 'share of time', window: 10_000, minimum: 4000 },
  bands: [
    { from: 0, severity: 'low' },
    { from: 8000, severity: 'medium' },
    { from: 120_000, severity: 'high' },
  ],
  needs: ['quality-limitation', 'available-outgoing-bitrate'],
  caveats: [
    'The estimate starts low and grows, so the first 15 s after connecting do not count.',
    'While the estimate has not fallen and is twice what is sent, the encoder is still starting, whatever it says.',
    'A small picture loses quality long before the encoder gives a reason, hence the second signal.',
  ],
  meaning: 'The upload of this client is too slow for the video that it ought to send, so the quality was lowered.',
  advice: 'Check the upload of this client. Offer lower resolutions, simulcast or audio only on slow lines.',
  source: 'W3C webrtc-stats (qualityLimitationReason). ObserveRTC: the estimate falls by 40-50 %.',
} as const satisfies Definition;

const RAMP_UP_MS = 15_000;
const LOW_ESTIMATE = 0.5;
const LOW_VIDEO = 0.6;
/** An estimate is no limit while less than this share of it is sent. */
const MIN_USED = 0.5;
/** Samples before the usual values are known. */
const MIN_SAMPLES = 8;

export const bandwidthLimited: ConnectionDetector = {
  definition: BANDWIDTH_LIMITED,
  watch: () => {
    const window = new SlidingWindow(BANDWIDTH_LIMITED.threshold.window);
    const episodes = new Episodes(BANDWIDTH_LIMITED.threshold);
    const estimates = new Quantiles();
    const rates = new Quantiles();
    let sendingSince: number | undefined;
    let lowest: number | undefined;
    return {
      sample(sample) {
        const { previous, time, standstill, path } = sample;
        if (previous === undefined || standstill || time <= previous) return;
        const video = sentVideo(sample);
        if (video === undefined) {
          // A new video begins with a new estimate.
          sendingSince = undefined;
          window.clear();
          episodes.interrupt();
          return;
        }
        sendingSince ??= previous;
        const estimate = path?.availableOutgoing;
        const usualEstimate = estimates.at(0.9, MIN_SAMPLES);
        const usualRate = rates.at(0.9, MIN_SAMPLES);
        const isLow =
          estimate !== undefined &&
          usualEstimate !== undefined &&
          usualRate !== undefined &&
          estimate < usualEstimate * LOW_ESTIMATE &&
          video.bitrate < usualRate * LOW_VIDEO;
        if (estimate !== undefined) estimates.add(estimate);
        rates.add(video.bitrate);
        if (time - sendingSince < RAMP_UP_MS) return;
        const isFree =
          estimate !== undefined &&
          video.bitrate < estimate * MIN_USED &&
          (usualEstimate === undefined || estimate >= usualEstimate * LOW_ESTIMATE);
        const limited = (video.limited && !isFree) || isLow;
        if (limited && estimate !== undefined) lowest = Math.min(lowest ?? estimate, estimate);
        window.add(previous, time, limited ? time - previous : 0, time - previous);
        episodes.addWindow(window, window.ratio());
      },
      end() {
        const found = episodes.finish();
        if (found.length === 0) return [];
        const intervals = intervalsOf(found);
        const longest = Math.max(...intervals.map(([from, to]) => to - from));
        return [
          {
            severity: severityOf(BANDWIDTH_LIMITED.bands, longest),
            direction: 'out',
            intervals,
            evidence: {
              durationMs: durationOf(intervals),
              ...(lowest !== undefined && { lowestEstimateBps: rounded(lowest) }),
            },
          },
        ];
      },
    };
  },
};

/** The video that is sent; undefined while no video is sent. */
function sentVideo({ outbound }: ConnectionSample): { bitrate: number; limited: boolean } | undefined {
  let bitrate: number | undefined;
  let limited = false;
  for (const { video, active, bitrate: rate } of outbound) {
    if (video === undefined || active === false || rate === undefined) continue;
    bitrate = (bitrate ?? 0) + rate;
    limited ||= video.limitation === 'bandwidth';
  }
  return bitrate === undefined ? undefined : { bitrate, limited };
}
