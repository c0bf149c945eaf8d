import type { ConnectionFacts } from '../setup/connection-facts.ts';
import type { ConnectionSample, InboundSample, MediaKind } from '../signals/samples.ts';
import { type ConnectionDetector, type ConnectionWatcher, type Definition, MAX_STREAMS } from './detector.ts';
import type { Finding, Interval, Severity } from './observation.ts';

const oneWay = (kind: MediaKind, severe: string): Definition => ({
  name: `one-way-${kind}`,
  category: 'media',
  scope: 'track',
  severity: severe,
  signal:
    `the sender reports (RTCP) that it sends ${kind}, and no packet of it arrives; or ${kind} was negotiated with a ` +
    'stream and no packet ever came; or a side that has such a track agreed not to send it',
  threshold: { on: 5000, off: 0, unit: 'ms', window: 0, minimum: 5000 },
  caveats: [
    'A sender that mutes, pauses or turns its camera off reports no packets sent, which is not a fault.',
    'While nothing at all arrives, it is media-interruption.',
    'A track that was sent or received before, and is no longer by agreement, is on hold or was removed.',
    'Without sender reports, a stream that stops cannot be told from one that was paused, and is not judged.',
  ],
  meaning: `${kind === 'audio' ? 'One side does not hear' : 'One side does not see'} the other, while the call goes on.`,
  advice:
    'If packets are sent and do not arrive: a firewall, or a media server that does not forward. If the negotiated ' +
    'direction is wrong: look at which side answered "recvonly" or "inactive".',
  source: 'RFC 3550, section 6.4.1 (sender reports). ObserveRTC reports a dry track after 5 s.',
});

const DEFINITIONS = {
  audio: oneWay('audio', 'high if packets are lost on the way; medium if it was negotiated that way or never came'),
  video: oneWay('video', 'medium; low if it never came'),
} as const;

/** Time from the connection until media are expected. */
const START_MS = 10_000;
const MIN_REPORTED_PACKETS = 5;
const MIN_ALIVE_SAMPLES = 5;
/** RTCP of audio and consent checks come every 5 s or so (RFC 3550, section 6.2; RFC 7675). */
const ALIVE_MS = 7000;
const MAX_INTERVALS = 100;

/** Follows one stream: periods in which it sends, as the sender reports, and nothing arrives. */
class Stream {
  readonly intervals: Interval[] = [];
  #since: number | undefined;
  #to = 0;
  #sent: number | undefined;

  add(from: number, to: number, packets: number, sentByRemote: number | undefined): void {
    if (packets > 0) {
      this.close();
      return;
    }
    this.#since ??= from;
    this.#to = to;
    // The first report after the last packet covers packets that did arrive.
    if (sentByRemote !== undefined) this.#sent = this.#sent === undefined ? 0 : this.#sent + sentByRemote;
  }

  /** Ends a period; it counts if it was long, and packets were sent. */
  close(): void {
    const since = this.#since;
    const lasting = since !== undefined && this.#to - since >= DEFINITIONS.audio.threshold!.minimum;
    if (lasting && (this.#sent ?? 0) >= MIN_REPORTED_PACKETS && this.intervals.length < MAX_INTERVALS) {
      this.intervals.push([since, this.#to]);
    }
    this.#since = undefined;
    this.#sent = undefined;
  }
}

class OneWay implements ConnectionWatcher {
  readonly #kind: MediaKind;
  readonly #facts: ConnectionFacts;
  readonly #streams = new Map<string, Stream>();
  #arrived = false;
  #sent = false;
  /** Samples in which anything arrived, be it only RTCP or an answer to a connectivity check. */
  #alive = 0;
  #aliveAt = Number.NEGATIVE_INFINITY;
  #first: number | undefined;
  #last = 0;

  constructor(kind: MediaKind, facts: ConnectionFacts) {
    this.#kind = kind;
    this.#facts = facts;
  }

  sample(sample: ConnectionSample): void {
    const { previous, time, standstill } = sample;
    if (previous === undefined || !this.#facts.isConnected || this.#facts.times.closed !== undefined) return;
    this.#first ??= previous;
    this.#last = time;
    if ((sample.path?.bytesReceived ?? 0) > 0 || (sample.path?.responsesReceived ?? 0) > 0) {
      this.#alive += 1;
      this.#aliveAt = time;
    }
    const alive = time - this.#aliveAt <= ALIVE_MS;
    this.#sent ||= sample.outbound.some(({ kind, packets }) => kind === this.#kind && (packets ?? 0) > 0);
    for (const stream of sample.inbound) {
      const packets = stream.packets ?? 0;
      if (stream.kind !== this.#kind) continue;
      this.#arrived ||= packets > 0;
      this.#follow(stream, previous, time, alive && !standstill);
    }
  }

  #follow({ track, packets, sentByRemote }: InboundSample, from: number, to: number, alive: boolean): void {
    if (packets === undefined) return;
    let stream = this.#streams.get(track);
    if (stream === undefined) {
      if (this.#streams.size >= MAX_STREAMS) return;
      stream = new Stream();
      this.#streams.set(track, stream);
    }
    // Nothing at all arriving is another observation.
    if (alive || packets > 0) stream.add(from, to, packets, sentByRemote);
    else stream.close();
  }

  end(): readonly Finding[] {
    const findings: Finding[] = [];
    const severity = this.#kind === 'audio' ? 'high' : 'medium';
    for (const [track, stream] of this.#streams) {
      stream.close();
      const { intervals } = stream;
      if (intervals.length === 0) continue;
      const evidence = { reason: 'packets-do-not-arrive', kind: this.#kind };
      findings.push({ severity, track, direction: 'in', intervals, evidence });
    }
    if (findings.length > 0) return findings;
    return [...this.#neverArrived(), ...this.#negotiated()];
  }

  /** Media that were negotiated, with a stream, and of which no packet ever came. */
  #neverArrived(): Finding[] {
    if (this.#arrived || this.#first === undefined || this.#last - this.#first < START_MS) return [];
    const sections = this.#facts.negotiation.sections.filter(({ kind }) => kind === this.#kind);
    const wanted = sections.find(({ receives, remote }) => receives && remote.hasStream);
    if (wanted === undefined || this.#alive < MIN_ALIVE_SAMPLES) return [];
    const severity = this.#kind === 'audio' ? 'medium' : 'low';
    return [this.#finding('in', wanted.mid, 'never-arrived', severity, this.#first)];
  }

  /** A side has a track, and the section was negotiated without ever sending it. */
  #negotiated(): Finding[] {
    const from = Math.max(this.#first ?? Number.POSITIVE_INFINITY, this.#facts.negotiation.settledAt ?? 0);
    if (this.#last - from < START_MS) return [];
    const sections = this.#facts.negotiation.sections.filter(
      ({ kind, isRejected }) => kind === this.#kind && !isRejected,
    );
    // With several sections, as with a media server, single directions are the rule.
    const only = sections.length === 1 ? sections[0] : undefined;
    // Pictures in one direction are normal, and a section that sends nothing at all is on hold.
    if (only === undefined || this.#kind === 'video' || only.sends === only.receives) return [];
    const hasTrack = Array.from(this.#facts.localTracks.values()).includes(this.#kind);
    if (!only.sends && hasTrack && !this.#sent) {
      return [this.#finding('out', only.mid, 'negotiated-without-sending', 'medium', from)];
    }
    if (!only.receives && only.local.receives && only.local.sends && !this.#arrived) {
      return [this.#finding('in', only.mid, 'other-side-does-not-send', 'medium', from)];
    }
    return [];
  }

  #finding(
    direction: 'in' | 'out',
    mid: string | undefined,
    reason: string,
    severity: Severity,
    from: number,
  ): Finding {
    const tracks = direction === 'in' ? this.#facts.remoteTracks : this.#facts.localTracks;
    const ids = Array.from(tracks).flatMap(([id, kind]) => (kind === this.#kind ? [id] : []));
    const track = (ids.length === 1 ? ids[0] : undefined) ?? mid ?? this.#kind;
    return { severity, track, direction, intervals: [[from, this.#last]], evidence: { reason, kind: this.#kind } };
  }
}

export const oneWayAudio: ConnectionDetector = {
  definition: DEFINITIONS.audio,
  watch: (facts) => new OneWay('audio', facts),
};

export const oneWayVideo: ConnectionDetector = {
  definition: DEFINITIONS.video,
  watch: (facts) => new OneWay('video', facts),
};
