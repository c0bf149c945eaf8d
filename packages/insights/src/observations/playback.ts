import type { InboundSample } from '../signals/samples.ts';
import { type ConnectionDetector, type Definition, MAX_STREAMS, severityOf } from './detector.ts';
import { Episodes, intervalsOf, peakOf } from './episodes.ts';
import { type Finding, rounded } from './observation.ts';
import { SlidingWindow } from './windows.ts';

const VIDEO_FREEZE = {
  name: 'video-freeze',
  category: 'media',
  scope: 'track',
  severity: 'by the time frozen in the worst 10 s',
  signal:
    'frozen time within the window: totalFreezesDuration, and time in which packets arrive and no frame is decoded',
  threshold: { on: 700, off: 200, unit: 'ms', window: 10_000, minimum: 0 },
  bands: [
    { from: 1500, severity: 'medium' },
    { from: 5000, severity: 'high' },
  ],
  needs: ['freezes'],
  caveats: [
    'The browser counts the time of a sender that paused (on hold, camera off) as one freeze; time in which no packets ' +
      'came and none were lost is taken off.',
    'A hidden tab does not render; browsers differ in whether that counts.',
    'A screen that is shared, or a camera that was turned off, sends few frames or hardly any bits; pauses without loss ' +
      'do not count then.',
  ],
  meaning: 'The picture stood still.',
  advice: 'Look at the observations about the network at the same time; without any, look at decoder-overload.',
  source: 'W3C webrtc-stats and libwebrtc: a freeze is a gap of max(3 x mean, mean + 150 ms) between frames.',
} as const satisfies Definition;

/** Frames that come with packets, but are not decoded for this long, are a freeze that is not counted yet. */
const STUCK_MS = 2000;
/** Below this bit rate, packets carry nothing to decode. */
const MIN_BITRATE = 10_000;
/** A stream of fewer frames per second is static content, not motion. */
const MIN_FRAME_RATE = 5;
/** Losses are counted within this time after the packets that reveal them. */
const LOSS_WITHIN_MS = 3000;
/** Losses explain freezes for this long. */
const LOSS_MS = 8000;

class Freezes {
  readonly #window = new SlidingWindow(VIDEO_FREEZE.threshold.window);
  readonly #episodes = new Episodes(VIDEO_FREEZE.threshold);
  #paused = 0;
  #lossAt: number | undefined;
  /** Frozen time that was taken off because of a pause. */
  #forgiven = { time: 0, at: Number.NEGATIVE_INFINITY };
  #stuck = 0;
  #anticipated = 0;
  #usualFrameRate = 0;
  #total = 0;

  add(stream: InboundSample, from: number, to: number): void {
    const { packets, lost, video, bitrate } = stream;
    if (video === undefined || packets === undefined) return;
    const length = to - from;
    let frozen = video.frozen ?? 0;
    const isLossy = (lost ?? 0) > 0 || (stream.keyFrameRequests ?? 0) > 0;
    if (isLossy) this.#lossAt = to;
    if (packets === 0 && !isLossy) this.#paused += length;
    else if (frozen > 0 || (video.framesDecoded ?? 0) > 0) {
      // A freeze begins in the sample before the pause and ends in the one after it.
      if (!isLossy && this.#paused > 0 && frozen > 0) {
        const rest = Math.max(0, frozen - this.#paused - 2 * length);
        this.#forgiven = { time: frozen - rest, at: to };
        frozen = rest;
      }
      this.#paused = 0;
    }
    // Losses are counted late: it was an interruption after all.
    if ((lost ?? 0) > 0 && to - this.#forgiven.at <= LOSS_WITHIN_MS) {
      frozen += this.#forgiven.time;
      this.#forgiven.at = Number.NEGATIVE_INFINITY;
    }
    frozen = this.#withStuck(frozen, length, video.framesDecoded, bitrate);
    const isSlow = this.#usualFrameRate > 0 && this.#usualFrameRate < MIN_FRAME_RATE;
    const explained = this.#lossAt !== undefined && to - this.#lossAt <= LOSS_MS;
    if ((isSlow || (bitrate ?? 0) < MIN_BITRATE) && !explained) frozen = 0;
    if (video.frameRate !== undefined && video.frameRate > 0) {
      this.#usualFrameRate += (video.frameRate - this.#usualFrameRate) * (this.#usualFrameRate === 0 ? 1 : 0.2);
    }
    this.#total += frozen;
    this.#window.add(from, to, frozen, length);
    this.#episodes.addWindow(this.#window, this.#window.part);
  }

  /** Counts a freeze while it lasts; the browser counts it when it ends, so that part is taken off then. */
  #withStuck(frozen: number, length: number, decoded: number | undefined, bitrate: number | undefined): number {
    if (decoded === 0 && (bitrate ?? 0) >= MIN_BITRATE) {
      this.#stuck += length;
      if (this.#stuck < STUCK_MS) return frozen;
      const now = this.#stuck - this.#anticipated;
      this.#anticipated = this.#stuck;
      return now;
    }
    const rest = Math.max(0, frozen - this.#anticipated);
    if (decoded !== undefined && decoded > 0) {
      this.#stuck = 0;
      this.#anticipated = 0;
    }
    return rest;
  }

  finding(track: string): Finding[] {
    const episodes = this.#episodes.finish();
    if (episodes.length === 0) return [];
    const peak = peakOf(episodes);
    return [
      {
        severity: severityOf(VIDEO_FREEZE.bands, peak),
        track,
        direction: 'in',
        intervals: intervalsOf(episodes),
        evidence: { frozenMs: rounded(this.#total), maxFrozenMsIn10s: rounded(peak) },
      },
    ];
  }
}

export const videoFreeze: ConnectionDetector = {
  definition: VIDEO_FREEZE,
  watch: () => perStream('video', () => new Freezes()),
};

const AUDIO_CONCEALMENT = {
  name: 'audio-concealment',
  category: 'media',
  scope: 'track',
  severity: 'by the highest share over the window; low if less than 3 samples are above 5 %',
  signal: 'concealed samples without silent ones, by all samples played',
  threshold: { on: 0.035, off: 0.015, unit: 'share', window: 5000, minimum: 0 },
  bands: [
    { from: 0.1, severity: 'medium' },
    { from: 0.25, severity: 'high' },
  ],
  needs: ['concealment'],
  caveats: [
    'Silent concealment (DTX) does not count.',
    'After a pause in which nothing was played (on hold), the first 4 s do not count.',
  ],
  meaning: 'Missing sound was made up by the browser. Speech sounds robotic, choppy, or has gaps.',
  advice: 'Look at packet-loss and high-jitter inbound at the same time; without any, the client was overloaded.',
  source: 'ObserveRTC: above 3 % over 15 s. Cisco: above 3 % is significant; above 5 % is a severely concealed second.',
} as const satisfies Definition;

/** Share of the window that must be covered by audio that plays. */
const MIN_COVERED = 0.7;
/** After a pause of the sender, the jitter buffer starts again and conceals for some seconds. */
const SETTLING_MS = 4000;
/** A second with more is severely concealed (Cisco). */
const SEVERE_SHARE = 0.05;
const MIN_SEVERE_SAMPLES = 3;

class Concealment {
  readonly #window = new SlidingWindow(AUDIO_CONCEALMENT.threshold.window);
  readonly #episodes = new Episodes(AUDIO_CONCEALMENT.threshold);
  #concealed = 0;
  #settling = 0;
  #severe = 0;

  add({ audio }: InboundSample, from: number, to: number): void {
    if (audio?.samples === undefined || audio.concealed === undefined) return;
    if (audio.samples === 0) {
      this.#window.clear();
      this.#settling = SETTLING_MS;
      return;
    }
    if (this.#settling > 0) {
      this.#settling -= to - from;
      return;
    }
    if (audio.concealed > audio.samples * SEVERE_SHARE) this.#severe += 1;
    this.#concealed += audio.concealed;
    this.#window.add(from, to, audio.concealed, audio.samples);
    const full = this.#window.covered >= AUDIO_CONCEALMENT.threshold.window * MIN_COVERED;
    this.#episodes.addWindow(this.#window, full ? this.#window.ratio() : undefined);
  }

  finding(track: string): Finding[] {
    const episodes = this.#episodes.finish();
    if (episodes.length === 0) return [];
    const peak = peakOf(episodes);
    return [
      {
        severity: this.#severe < MIN_SEVERE_SAMPLES ? 'low' : severityOf(AUDIO_CONCEALMENT.bands, peak),
        track,
        direction: 'in',
        intervals: intervalsOf(episodes),
        evidence: { maxConcealedShare: rounded(peak), concealedSamples: Math.round(this.#concealed) },
      },
    ];
  }
}

export const audioConcealment: ConnectionDetector = {
  definition: AUDIO_CONCEALMENT,
  watch: () => perStream('audio', () => new Concealment()),
};

interface StreamWatcher {
  add(stream: InboundSample, from: number, to: number): void;
  finding(track: string): Finding[];
}

/** Watches each inbound stream of a kind on its own. */
function perStream(kind: string, create: () => StreamWatcher): ReturnType<ConnectionDetector['watch']> {
  const streams = new Map<string, { track: string; watcher: StreamWatcher }>();
  return {
    sample({ previous, time, standstill, inbound }) {
      if (previous === undefined || standstill || time <= previous) return;
      for (const stream of inbound) {
        if (stream.kind !== kind) continue;
        let known = streams.get(stream.stream);
        if (known === undefined) {
          if (streams.size >= MAX_STREAMS) continue;
          known = { track: stream.track, watcher: create() };
          streams.set(stream.stream, known);
        }
        known.watcher.add(stream, previous, time);
      }
    },
    end: () => Array.from(streams.values()).flatMap(({ track, watcher }) => watcher.finding(track)),
  };
}
