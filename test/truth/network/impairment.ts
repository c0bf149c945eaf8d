/** What a packet carries, as far as an observer without the keys can tell. */
export type PacketKind = 'stun' | 'dtls' | 'audio' | 'video' | 'rtcp';

/** What a line does to packets of one direction. A missing setting disturbs nothing. */
export interface Impairment {
  /** Added to every packet, in milliseconds. */
  readonly delayMs?: number;
  /** Each packet waits between 0 and this many milliseconds more. The order of packets stays. */
  readonly jitterMs?: number;
  /** The line stands still from time to time, as Wi-Fi does: mean time between two stops and mean length, in milliseconds. */
  readonly stalls?: { readonly everyMs: number; readonly lengthMs: number };
  /** Probability of losing a packet, 0 to 1. */
  readonly loss?: number;
  /** Gilbert-Elliott: probabilities, per packet, that a burst of losses begins, and that it ends. */
  readonly burst?: { readonly begin: number; readonly end: number };
  /** Capacity in kbit/s of UDP payload and headers. */
  readonly kbps?: number;
  /** Packets that would wait longer than this in the queue of a limited line are lost. Default: 200. */
  readonly queueMs?: number;
  /** Traffic of others on the limited line, in kbit/s. */
  readonly otherKbps?: number;
  /** Nothing passes, or nothing of these kinds. */
  readonly block?: true | readonly PacketKind[];
}

/** Direction of packets between the two participants of a call. */
export type Route = 'ab' | 'ba';

/** Payload type of Opus in the offers of Chromium. */
const OPUS_PAYLOAD_TYPE = 111;

/** Tells kinds of packets apart by their first two bytes (RFC 7983, RFC 5761). */
export function kindOfPacket(packet: Uint8Array): PacketKind {
  const first = packet[0] ?? 0;
  if (first < 4) return 'stun';
  if (first >= 20 && first < 64) return 'dtls';
  const second = packet[1] ?? 0;
  if (second >= 192 && second < 224) return 'rtcp';
  return (second & 0x7f) === OPUS_PAYLOAD_TYPE ? 'audio' : 'video';
}
