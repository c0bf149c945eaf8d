import type { ConnectionFacts } from '../setup/connection-facts.ts';
import type { ConnectionSample } from '../signals/samples.ts';
import type { ConnectionDetector, Definition } from './detector.ts';
import { durationOf } from './episodes.ts';
import { type Finding, type Interval, rounded } from './observation.ts';

const MEDIA_INTERRUPTION = {
  name: 'media-interruption',
  category: 'network',
  scope: 'connection',
  severity: 'high from 7 s on, or if nothing came afterwards; medium otherwise',
  signal:
    'time in which nothing at all arrives on the selected candidate pair: no media, no RTCP, no connectivity checks',
  threshold: { on: 1500, off: 0, unit: 'ms', window: 0, minimum: 0 },
  caveats: [
    'While no media are negotiated for receiving (on hold), nothing is expected.',
    'Up to 7 s, a sender that paused looks the same; so packets must have been lost meanwhile, or ICE must have noticed. ' +
      'Beyond that, even an idle peer answers connectivity checks (RFC 7675).',
    'The own browser standing still (sleep) is client-suspended.',
  ],
  meaning: 'The path was dead: nothing arrived for seconds, neither sound nor picture.',
  advice:
    'Typical for a change of networks, a Wi-Fi dead spot, or a peer that went to sleep or left without saying so. ' +
    'Restart ICE when the state becomes "disconnected".',
  source: 'RFC 7675: consent checks every 5 s. ObserveRTC uses 5 s for a stalled path; users notice from 2 s on.',
} as const satisfies Definition;

/** Consent checks come every 4 to 6 s (RFC 7675, section 5.1). */
const LONG_MS = 7000;
/** An interruption loses more packets than this; fewer may be lost by chance after a pause. */
const MIN_LOST = 10;
/** Losses belong to an interruption if they are counted within this time after it. */
const LOSS_WITHIN_MS = 3000;
const MAX_INTERVALS = 100;

interface Silence {
  readonly from: number;
  to: number;
}

export const mediaInterruption: ConnectionDetector = {
  definition: MEDIA_INTERRUPTION,
  watch: (facts) => {
    const found: Interval[] = [];
    let received = false;
    let open: Silence | undefined;
    let ended: Silence | undefined;
    let disconnected = false;
    let usual: number | undefined;
    let before = 0;
    const accept = ({ from, to }: Silence): void => {
      if (found.length < MAX_INTERVALS) found.push([from, to]);
    };
    return {
      event() {
        disconnected ||= facts.ice === 'disconnected' || facts.connection === 'disconnected';
      },
      sample(sample) {
        const { previous, time, standstill } = sample;
        if (previous === undefined || time <= previous) return;
        const { packets, lost } = arrivals(sample);
        const bytes = sample.path?.bytesReceived;
        if (ended !== undefined) {
          // Short silences count only if packets were lost in them.
          if (lost >= MIN_LOST) accept(ended);
          if (lost >= MIN_LOST || time - ended.to > LOSS_WITHIN_MS) ended = undefined;
        }
        // Counters of bytes leave connectivity checks out, so an idle path has none.
        const silent = packets === 0 && (bytes ?? 0) === 0 && (sample.path?.responsesReceived ?? 0) === 0;
        if (received && silent && !standstill && facts.times.closed === undefined && isExpected(facts)) {
          if (open === undefined) {
            // It began somewhere in the sample before, which has fewer packets for that reason.
            open = { from: previous - before, to: time };
            disconnected = false;
          }
          open.to = time;
          return;
        }
        received ||= packets !== undefined && packets > 0;
        const missing = missingTime(packets, usual, time - previous);
        if (packets !== undefined) usual = usual === undefined ? packets : usual + (packets - usual) * 0.2;
        before = missing;
        if (open === undefined) return;
        open.to += missing;
        const length = open.to - open.from;
        const isCertain = length >= LONG_MS || lost >= MIN_LOST || disconnected;
        if (length >= MEDIA_INTERRUPTION.threshold.on) {
          if (isCertain) accept(open);
          else ended = open;
        }
        open = undefined;
      },
      end(): Finding[] {
        const length = open === undefined ? 0 : open.to - open.from;
        const lasting = length >= LONG_MS || (length >= MEDIA_INTERRUPTION.threshold.on && disconnected);
        if (lasting) accept(open!);
        if (found.length === 0) return [];
        const longest = Math.max(...found.map(([from, to]) => to - from));
        return [
          {
            severity: lasting || longest >= LONG_MS ? 'high' : 'medium',
            direction: 'in',
            intervals: found,
            evidence: { longestMs: rounded(longest), totalMs: rounded(durationOf(found)) },
          },
        ];
      },
    };
  },
};

/** Whether media are to arrive; without any description nobody knows. */
function isExpected({ negotiation: { sections } }: ConnectionFacts): boolean {
  return sections.length === 0 || sections.some(isReceiving);
}

function isReceiving({ kind, receives }: { kind: string; receives: boolean }): boolean {
  return receives && kind !== 'application';
}

/** For how much of a sample packets are missing, by the usual number. */
function missingTime(packets: number | undefined, usual: number | undefined, length: number): number {
  if (packets === undefined || !usual) return 0;
  return Math.round(length * Math.max(0, 1 - packets / usual));
}

/** Packets that arrived (undefined if nothing can arrive) and packets that were lost. */
function arrivals({ inbound }: ConnectionSample): { packets: number | undefined; lost: number } {
  let packets: number | undefined;
  let lost = 0;
  for (const stream of inbound) {
    if (stream.packets !== undefined) packets = (packets ?? 0) + stream.packets;
    lost += Math.max(0, stream.lost ?? 0);
  }
  return { packets, lost };
}
