import type { ConnectionSample } from '../signals/samples.ts';
import { type ConnectionDetector, type Definition, severityOf } from './detector.ts';
import { durationOf, Episodes, intervalsOf, peakOf } from './episodes.ts';
import { rounded } from './observation.ts';
import { Quantiles, SlidingWindow } from './windows.ts';

/**
 * The round-trip time of a sample: the smallest of those measured, because RTCP adds the time that a busy peer takes to
 * answer.
 */
export function roundTripOf({ path, outbound }: ConnectionSample): number | undefined {
  let least = path?.rtt;
  for (const { remote } of outbound) {
    const rtt = remote?.rtt;
    if (rtt !== undefined && rtt > 0 && (least === undefined || rtt < least)) least = rtt;
  }
  return least;
}

const HIGH_RTT = {
  name: 'high-rtt',
  category: 'network',
  scope: 'connection',
  severity: 'by the highest mean over the window',
  signal: 'round-trip time of the selected candidate pair, or of RTCP where it is lower or the only one',
  threshold: { on: 210, off: 150, unit: 'ms', window: 5000, minimum: 4000 },
  bands: [
    { from: 400, severity: 'medium' },
    { from: 1000, severity: 'high' },
  ],
  caveats: [
    'A satellite link or another continent has 250 ms and more without any fault.',
    'The first measurement of a connection may include the time until the peer was ready.',
  ],
  meaning: 'Answers take so long that people talk at the same time.',
  advice:
    'Check whether the media server or TURN server is far away from the client, and whether a VPN makes a detour.',
  source: 'ITU-T G.114: up to 150 ms one way is fine. Sinch warns above 300 ms, Twilio above 400 ms round trip.',
} as const satisfies Definition;

export const highRtt: ConnectionDetector = {
  definition: HIGH_RTT,
  watch: () => {
    const window = new SlidingWindow(HIGH_RTT.threshold.window);
    const episodes = new Episodes(HIGH_RTT.threshold);
    let measuredAt: number | undefined;
    return {
      sample(sample) {
        const { previous, time, standstill } = sample;
        if (previous === undefined || standstill || time <= previous) return;
        const rtt = roundTripOf(sample);
        if (rtt === undefined) return;
        const from = Math.max(measuredAt ?? previous, time - HIGH_RTT.threshold.window);
        measuredAt = time;
        if (from >= time) return;
        window.add(from, time, rtt * (time - from), time - from);
        episodes.add(from, time, window.ratio());
      },
      end() {
        const found = episodes.finish();
        if (found.length === 0) return [];
        const peak = peakOf(found);
        const intervals = intervalsOf(found);
        return [
          {
            severity: severityOf(HIGH_RTT.bands, peak),
            direction: null,
            intervals,
            evidence: { maxRttMs: rounded(peak), durationMs: durationOf(intervals) },
          },
        ];
      },
    };
  },
};

const BUFFERBLOAT = {
  name: 'bufferbloat',
  category: 'network',
  scope: 'connection',
  severity: 'by the highest growth of the round-trip time',
  signal: 'growth of the round-trip time over its lowest value in the call, while the line carries far less than usual',
  threshold: { on: 250, off: 120, unit: 'ms', window: 0, minimum: 3000 },
  bands: [
    { from: 0, severity: 'medium' },
    { from: 1500, severity: 'high' },
  ],
  caveats: [
    'A longer route raises the round-trip time too, but the bit rate recovers; so it must be below half of what is ' +
      'usual in the call for most of the time.',
    'Random jitter raises the round-trip time too: it goes up and down from one reading to the next, and the jitter of ' +
      'audio is high; a queue grows and shrinks slowly.',
    'In a call with audio only, the line is hardly ever loaded by the call itself, so this cannot be told.',
  ],
  meaning: 'A slow line has a long queue: as soon as it is loaded, every packet waits for hundreds of milliseconds.',
  advice: 'Limit the bit rate of the call, or enable active queue management (fq_codel, CAKE) on the router.',
  source: 'RFC 7567 (standing queues). A growth of several hundred ms: beyond ITU-T G.114 from any starting point.',
} as const satisfies Definition;

/** The bit rate is low below this share of what is usual. */
const LOW_RATE_SHARE = 0.5;
/** For this share of the time of an episode, the bit rate must be low. */
const MIN_LOW_SHARE = 0.6;
/** Without this much video, in bit/s, a call does not load a line. */
const MIN_USUAL_RATE = 150_000;

/** A period of a raised round-trip time, and for how long of it the bit rates were low. */
interface Raised {
  readonly from: number;
  to: number;
  peak: number;
  readonly low: { in: number; out: number };
  readonly first: number;
  latest: number;
  readings: number;
  sum: number;
  /** Summed differences between readings. */
  variation: number;
  jitter: number;
  jitterReadings: number;
}

/** Up and down per reading, by the mean. */
const MAX_ROUGHNESS = 0.12;
/** Mean jitter of audio from which on a line is irregular, as for high-jitter. */
const MAX_JITTER_MS = 15;

function isRandom({ first, latest, readings, sum, variation, jitter, jitterReadings }: Raised): boolean {
  if (readings < 2 || jitterReadings === 0) return false;
  const roughness = (variation - Math.abs(latest - first)) / sum;
  return roughness > MAX_ROUGHNESS && jitter / jitterReadings >= MAX_JITTER_MS;
}

export const bufferbloat: ConnectionDetector = {
  definition: BUFFERBLOAT,
  watch: () => {
    const { on, off, minimum } = BUFFERBLOAT.threshold;
    const usual = { in: new Quantiles(), out: new Quantiles() };
    const found = new Episodes({ ...BUFFERBLOAT.threshold, on: 0, off: 0 });
    let base: number | undefined;
    let growth: number | undefined;
    let raised: Raised | undefined;
    const close = (): void => {
      if (raised === undefined) return;
      const { from, to, peak, low } = raised;
      const random = isRandom(raised);
      raised = undefined;
      const isLoaded = Math.max(low.in, low.out) >= MIN_LOW_SHARE * (to - from);
      if (peak >= on && to - from >= minimum && isLoaded && !random) found.add(from, to, peak);
      found.interrupt();
    };
    const load = (side: 'in' | 'out', streams: ConnectionSample['inbound' | 'outbound'], length: number): void => {
      const rate = videoRate(streams);
      if (rate === undefined) return;
      const most = usual[side].at(0.9, 5);
      if (raised === undefined) {
        if (rate > 0) usual[side].add(rate);
      } else if (most !== undefined && most >= MIN_USUAL_RATE && rate < most * LOW_RATE_SHARE) {
        raised.low[side] += length;
      }
    };
    return {
      sample(sample) {
        const { previous, time, standstill } = sample;
        if (previous === undefined || standstill || time <= previous) return;
        const rtt = roundTripOf(sample);
        if (rtt !== undefined) {
          base = Math.min(base ?? rtt, rtt);
          growth = rtt - base;
        }
        if (growth === undefined) return;
        if (growth < off) close();
        else raised ??= raisedAt(previous, time, growth);
        load('in', sample.inbound, time - previous);
        load('out', sample.outbound, time - previous);
        if (raised === undefined) return;
        raised.to = time;
        raised.peak = Math.max(raised.peak, growth);
        if (rtt !== undefined) {
          raised.variation += Math.abs(growth - raised.latest);
          raised.latest = growth;
          raised.readings += 1;
          raised.sum += growth;
        }
        const jitter = audioJitter(sample);
        if (jitter !== undefined) {
          raised.jitter += jitter;
          raised.jitterReadings += 1;
        }
      },
      end() {
        close();
        const episodes = found.finish();
        if (episodes.length === 0) return [];
        const peak = peakOf(episodes);
        return [
          {
            severity: severityOf(BUFFERBLOAT.bands, peak),
            direction: null,
            intervals: intervalsOf(episodes),
            evidence: { maxRttGrowthMs: rounded(peak), lowestRttMs: rounded(base ?? 0) },
          },
        ];
      },
    };
  },
};

function raisedAt(from: number, to: number, growth: number): Raised {
  const none = { readings: 0, sum: 0, variation: 0, jitter: 0, jitterReadings: 0 };
  return { from, to, peak: growth, low: { in: 0, out: 0 }, first: growth, latest: growth, ...none };
}

/** The highest jitter of audio in a sample, of both directions. */
function audioJitter({ inbound, outbound }: ConnectionSample): number | undefined {
  let highest: number | undefined;
  for (const { kind, jitter } of inbound) if (kind === 'audio') highest = higher(highest, jitter);
  for (const { kind, remote } of outbound) if (kind === 'audio') highest = higher(highest, remote?.jitter);
  return highest;
}

function higher(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}

function videoRate(streams: readonly { kind: string; bitrate: number | undefined }[]): number | undefined {
  let sum: number | undefined;
  for (const { kind, bitrate } of streams) {
    if (kind === 'video' && bitrate !== undefined) sum = (sum ?? 0) + bitrate;
  }
  return sum;
}
