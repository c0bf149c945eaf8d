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

/** The applied descriptions in order. A description that is both in a call and in its result is listed once. */
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

/** A line of a diff. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Line diff by longest common subsequence, which is fast enough because sections have about a hundred lines. */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail))
    tail++;
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }));
  const middle = diffMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  return [...same(before.slice(0, head)), ...middle, ...same(before.slice(before.length - tail))];
}

function diffMiddle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      lengths[at] = a[i] === b[j] ? lengths[at + width + 1]! + 1 : Math.max(lengths[at + width]!, lengths[at + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i]! });
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)) {
      lines.push({ kind: 'removed', text: a[i++]! });
    } else {
      lines.push({ kind: 'added', text: b[j++]! });
    }
  }
  return lines;
}
