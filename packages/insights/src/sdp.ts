import type { RecordedEvent } from './recording.ts';

/** A session description that was applied. */
export interface Description {
  /** The peer connection. */
  readonly scope: string;
  readonly method: string;
  readonly side: 'local' | 'remote';
  /** `offer`, `answer`, `pranswer`. */
  readonly type: string;
  readonly sdp: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Line number in the dump, starting with 1. */
  readonly line: number;
}

const SIDES: Readonly<Record<string, Description['side']>> = {
  setLocalDescription: 'local',
  setLocalDescriptionOnSuccess: 'local',
  setRemoteDescription: 'remote',
  setRemoteDescriptionOnSuccess: 'remote',
};

/** The descriptions that were applied, in order. One that both a call and its success event contain is listed once. */
export function descriptions(events: readonly RecordedEvent[]): Description[] {
  const found: Description[] = [];
  for (const { method, scope, value, time, line } of events) {
    const side = SIDES[method];
    const { type, sdp } = (value ?? {}) as { type?: unknown; sdp?: unknown };
    if (side === undefined || scope === null || typeof type !== 'string' || typeof sdp !== 'string' || sdp === '')
      continue;
    const last = found.findLast((description) => description.scope === scope && description.side === side);
    if (last?.sdp === sdp && last.type === type) continue;
    found.push({ scope, method, side, type, sdp, time, line });
  }
  return found;
}

/** A section of a session description. */
export interface SdpSection {
  /** `session`, or such as `audio · mid 0 · sendrecv`. */
  readonly title: string;
  readonly lines: readonly string[];
}

/** Splits a session description into the session section and the media sections (RFC 8866, section 5). */
export function sdpSections(sdp: string): SdpSection[] {
  const parts = sdp.split(/\r?\n(?=m=)/).map((part) => part.split(/\r?\n/).filter((line) => line !== ''));
  return parts.map((lines, index) => {
    if (index === 0) return { title: 'session', lines };
    const kind = /^m=(\S+)/.exec(lines[0] ?? '')?.[1] ?? 'media';
    const mid = lines.find((line) => line.startsWith('a=mid:'))?.slice('a=mid:'.length);
    const direction = lines.find((line) => /^a=(sendrecv|sendonly|recvonly|inactive)$/.test(line))?.slice(2);
    return { title: [kind, mid && `mid ${mid}`, direction].filter(Boolean).join(' · '), lines };
  });
}
