import type { SessionTrailer } from '../spool/record.ts';

/**
 * When the call in an uploaded dump began. A client's clock may be ahead; no call began after its upload.
 *
 * @param time milliseconds since the epoch, as the dump says; undefined if it does not say
 */
export function callStart(time: number | undefined, uploadedAt: number): number | undefined {
  return time === undefined ? undefined : Math.min(time, uploadedAt);
}

/**
 * When a session ended. That of an uploaded dump ended with its call, `duration` milliseconds after `start`, if the
 * dump says when that was; `receivedAt` is when its upload was complete.
 */
export function endTimes(
  start: number | undefined,
  duration: number | undefined,
  now: number,
): Pick<SessionTrailer, 'endedAt' | 'receivedAt'> {
  const received = new Date(now).toISOString();
  if (start === undefined) return { endedAt: received };
  return { endedAt: new Date(Math.min(start + (duration ?? 0), now)).toISOString(), receivedAt: received };
}
