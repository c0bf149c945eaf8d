import type { ConnectionSample, InboundSample, MediaKind, OutboundSample } from '../signals/samples.ts';
import { type ConnectionDetector, type Definition, severityOf } from './detector.ts';
import { durationOf, Episodes, intervalsOf, peakOf } from './episodes.ts';
import { type Finding, rounded } from './observation.ts';
import { SlidingWindow } from './windows.ts';

const PACKET_LOSS = {
  name: 'packet-loss',
  category: 'network',
  scope: 'connection',
  severity: 'by the highest share of lost packets over the window; low if all were lost in less than 3 samples',
  signal: 'lost packets by expected packets, of all RTP streams of a direction; outbound from receiver reports',
  threshold: { on: 0.012, off: 0.006, unit: 'share', window: 8000, minimum: 0 },
  bands: [
    { from: 0.025, severity: 'medium' },
    { from: 0.1, severity: 'high' },
  ],
  caveats: [
    'At least 5 packets must be lost, because in silence (DTX) one lost packet is a large share.',
    'Receiver reports come every few seconds, so the beginning outbound may be seen late.',
    'A full interruption loses packets too; it is reported as media-interruption as well.',
  ],
  meaning: 'Packets with audio or video do not arrive. Speech becomes choppy, pictures freeze or become blocky.',
  advice:
    'Inbound: the network of this client, or of the sender. Outbound: compare with what the other participants report. ' +
    'Wi-Fi and mobile networks are the most common cause; a cable or another access point tells quickly.',
  source: 'Published bands: good below 1 %, bad above 5 % (ObserveRTC); above 3 % (Twilio). ITU-T G.107 with Opus.',
} as const satisfies Definition;

const MIN_LOST = 5;

/** A single burst is not worse than `low`, however many packets it took. */
const MIN_LOSSY_SAMPLES = 3;

class Loss {
  readonly #window = new SlidingWindow(PACKET_LOSS.threshold.window);
  readonly #episodes = new Episodes(PACKET_LOSS.threshold);
  #lost = 0;
  #lossySamples = 0;

  add(from: number, to: number, lost: number, expected: number): void {
    this.#window.add(from, to, lost, expected);
    if (lost > 0) this.#lossySamples += 1;
    const share = this.#window.ratio();
    if (share === undefined) return;
    const enough = this.#window.part >= MIN_LOST;
    const value = enough ? Math.min(1, share) : Math.min(share, PACKET_LOSS.threshold.on / 2);
    this.#episodes.addWindow(this.#window, value);
    if (enough && share >= PACKET_LOSS.threshold.on) this.#lost += Math.max(0, lost);
  }

  finding(direction: 'in' | 'out'): Finding[] {
    const episodes = this.#episodes.finish();
    if (episodes.length === 0) return [];
    const share = peakOf(episodes);
    return [
      {
        severity: this.#lossySamples < MIN_LOSSY_SAMPLES ? 'low' : severityOf(PACKET_LOSS.bands, share),
        direction,
        intervals: intervalsOf(episodes),
        evidence: { maxLossShare: rounded(share), lostPackets: Math.round(this.#lost) },
      },
    ];
  }
}

export const packetLoss: ConnectionDetector = {
  definition: PACKET_LOSS,
  watch: () => {
    const inbound = new Loss();
    const outbound = new Loss();
    let reportedAt: number | undefined;
    return {
      sample(sample) {
        const { previous, time } = sample;
        if (previous === undefined || sample.standstill) return;
        const { lost, expected } = arrived(sample);
        if (expected > 0) inbound.add(previous, time, lost, expected);
        const sent = acknowledged(sample);
        if (sent.expected > 0) outbound.add(Math.min(previous, reportedAt ?? previous), time, sent.lost, sent.expected);
        if (sent.expected > 0) reportedAt = time;
      },
      end: () => [...inbound.finding('in'), ...outbound.finding('out')],
    };
  },
};

function arrived({ inbound }: ConnectionSample): { lost: number; expected: number } {
  let all = 0;
  let expected = 0;
  for (const { lost, packets } of inbound) {
    if (lost === undefined || packets === undefined) continue;
    all += lost;
    expected += packets + lost;
  }
  return { lost: all, expected };
}

function acknowledged({ outbound }: ConnectionSample): { lost: number; expected: number } {
  let lost = 0;
  let expected = 0;
  for (const { remote } of outbound) {
    if (remote?.lost === undefined || remote.expected === undefined) continue;
    lost += remote.lost;
    expected += Math.max(remote.expected, remote.lost);
  }
  return { lost, expected };
}

const HIGH_JITTER = {
  name: 'high-jitter',
  category: 'network',
  scope: 'connection',
  severity: 'by the highest mean over the window',
  signal:
    'interarrival jitter of audio (RFC 3550); of video if the direction has no audio, against three times as much',
  threshold: { on: 15, off: 10, unit: 'ms', window: 5000, minimum: 4000 },
  bands: [
    { from: 50, severity: 'medium' },
    { from: 150, severity: 'high' },
  ],
  caveats: [
    'Video has jitter of its own, because a frame is sent as a burst of packets; so audio is judged if there is any.',
    'The sender of an overloaded machine causes jitter as well.',
  ],
  meaning: 'Packets arrive irregularly. The jitter buffer grows, which adds delay, or runs empty, which is heard.',
  advice: 'Look for Wi-Fi with many users, mobile networks, or other traffic on the same line.',
  source:
    'Physics: delays spread evenly over 45 ms, which is more than two packets of audio, have a jitter of 15 ms. Twilio ' +
    'Voice and Sinch warn above 30 ms, which delays of 90 ms have.',
} as const satisfies Definition;

/** How much more jitter video has than audio on the same path. */
const VIDEO_FACTOR = 3;

class Jitter {
  readonly #window = new SlidingWindow(HIGH_JITTER.threshold.window);
  readonly #episodes = new Episodes(HIGH_JITTER.threshold);

  add(from: number, to: number, audio: number | undefined, video: number | undefined): void {
    const value = audio ?? (video === undefined ? undefined : video / VIDEO_FACTOR);
    if (value === undefined) return;
    this.#window.add(from, to, value * (to - from), to - from);
    this.#episodes.add(from, to, this.#window.ratio());
  }

  finding(direction: 'in' | 'out'): Finding[] {
    const episodes = this.#episodes.finish();
    if (episodes.length === 0) return [];
    const peak = peakOf(episodes);
    const intervals = intervalsOf(episodes);
    return [
      {
        severity: severityOf(HIGH_JITTER.bands, peak),
        direction,
        intervals,
        evidence: { maxJitterMs: rounded(peak), durationMs: durationOf(intervals) },
      },
    ];
  }
}

export const highJitter: ConnectionDetector = {
  definition: HIGH_JITTER,
  watch: () => {
    const inbound = new Jitter();
    const outbound = new Jitter();
    let reportedAt: number | undefined;
    return {
      sample({ previous, time, standstill, inbound: streams, outbound: sent }) {
        if (previous === undefined || standstill || time <= previous) return;
        inbound.add(previous, time, received(streams, 'audio'), received(streams, 'video'));
        const hasAudio = sent.some(({ kind, packets }) => kind === 'audio' && packets !== 0);
        const audio = reported(sent, 'audio');
        if (audio !== undefined || !hasAudio) {
          outbound.add(
            Math.max(reportedAt ?? previous, time - 6000),
            time,
            audio,
            hasAudio ? undefined : reported(sent, 'video'),
          );
        }
        if (audio !== undefined) reportedAt = time;
      },
      end: () => [...inbound.finding('in'), ...outbound.finding('out')],
    };
  },
};

/** The highest jitter of the streams of a kind that packets arrive of. */
function received(streams: readonly InboundSample[], kind: MediaKind): number | undefined {
  let most: number | undefined;
  for (const stream of streams) {
    const { jitter, packets } = stream;
    if (stream.kind !== kind || jitter === undefined || packets === undefined || packets <= 0) continue;
    if (most === undefined || jitter > most) most = jitter;
  }
  return most;
}

/** The highest jitter of a kind that the remote peer reports. */
function reported(streams: readonly OutboundSample[], kind: MediaKind): number | undefined {
  let most: number | undefined;
  for (const stream of streams) {
    const jitter = stream.kind === kind ? stream.remote?.jitter : undefined;
    if (jitter !== undefined && (most === undefined || jitter > most)) most = jitter;
  }
  return most;
}
