import type { Summary } from '@rtcstats-server/insights';

/** What the number of an event counts: lines of an rtcstats dump, events of a webrtc-internals dump. */
export function lineName(summary: Summary | undefined): 'line' | 'event' {
  return summary?.kind === 'webrtc-internals' ? 'event' : 'line';
}
