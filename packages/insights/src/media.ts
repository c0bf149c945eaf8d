import type { RecordedEvent } from './recording.ts';

/** A call of getUserMedia or getDisplayMedia, with its result. */
export interface MediaCall {
  readonly method: string;
  readonly time: number;
  readonly line: number;
  /** The constraints of the call, as JSON. */
  readonly asked: string;
  readonly outcome: 'granted' | 'refused' | 'unanswered';
  /** The error, if the call was refused. */
  readonly reason: string | undefined;
  readonly tracks: readonly Track[];
}

/** A media track as listed in the dump. */
export interface Track {
  readonly kind: string;
  readonly id: string;
  readonly label: string;
}

/** A media device as listed in the dump. */
export interface Device {
  readonly kind: string;
  readonly label: string;
  readonly deviceId: string;
}

const CALLS = ['navigator.mediaDevices.getUserMedia', 'navigator.mediaDevices.getDisplayMedia'];

/** The calls for cameras, microphones and screens, with their results. */
export function mediaCalls(events: readonly RecordedEvent[]): MediaCall[] {
  return events
    .filter(({ method }) => CALLS.includes(method))
    .map((call) => {
      const id = call.extra[0];
      const answer = events.find(
        ({ method, extra, line }) => line > call.line && method.startsWith(`${call.method}On`) && extra[0] === id,
      );
      const granted = answer?.method.endsWith('OnSuccess') === true;
      return {
        method: call.method.replace('navigator.mediaDevices.', ''),
        time: call.time,
        line: call.line,
        asked: JSON.stringify(call.value),
        outcome: answer === undefined ? 'unanswered' : granted ? 'granted' : 'refused',
        reason: answer !== undefined && !granted ? textOf(answer.value) : undefined,
        tracks: granted ? tracksOf(answer.value) : [],
      };
    });
}

/** The devices of the last `enumerateDevices`. */
export function devices(events: readonly RecordedEvent[]): Device[] {
  const listed = events.findLast(({ method }) => method === 'navigator.mediaDevices.enumerateDevices')?.value;
  if (!Array.isArray(listed)) return [];
  return listed
    .filter((device): device is Record<string, unknown> => typeof device === 'object' && device !== null)
    .map((device) => ({
      kind: String(device['kind'] ?? ''),
      label: String(device['label'] ?? ''),
      deviceId: String(device['deviceId'] ?? ''),
    }));
}

/** A track that a connection sent or received. */
export interface TrackUse {
  readonly scope: string;
  readonly direction: 'sent' | 'received';
  readonly track: Track;
  readonly time: number;
}

/** The tracks that were added to or received from connections. */
export function trackUses(events: readonly RecordedEvent[]): TrackUse[] {
  return events.flatMap(({ method, scope, value, time }) => {
    const direction =
      method === 'ontrack' ? 'received' : /^(addTrack|addTransceiver|replaceTrack)$/.test(method) ? 'sent' : undefined;
    if (direction === undefined || scope === null || !Array.isArray(value)) return [];
    const given: unknown = Array.isArray(value[0]) ? value[0] : value;
    return tracksOf([given]).map((track) => ({ scope, direction, track, time }));
  });
}

/** Tracks are `[kind, id, label, ...streams]`. */
function tracksOf(value: unknown): Track[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (!Array.isArray(entry) || (entry[0] !== 'audio' && entry[0] !== 'video')) return [];
    return [{ kind: entry[0], id: String(entry[1] ?? ''), label: String(entry[2] ?? '') }];
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
