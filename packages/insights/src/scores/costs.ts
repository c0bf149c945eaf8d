/** What an observation costs, in points of a score from 1 to 5, by severity. */
export interface Cost {
  /** `kind`: audio or video, as in the evidence of the observation. */
  readonly score: 'audio' | 'video' | 'connectivity' | 'kind';
  /** Points if it lasts for the whole call; half of it counts however short it was. */
  readonly points: number;
}

/**
 * The costs of observations that the measured scores do not contain. Points follow published scores: ObserveRTC takes 1
 * for round-trip times above 150 ms and 2 above 300 ms, 1 for loss above 1 % and 2 above 5 %; LiveKit takes 35 % of
 * the score for a missing layer. The others are our own judgement: 4 points mean that nothing is left.
 */
export const COSTS: Readonly<Record<string, Cost>> = {
  'packet-loss': { score: 'connectivity', points: 2 },
  'high-rtt': { score: 'connectivity', points: 2 },
  'high-jitter': { score: 'connectivity', points: 1.5 },
  'bandwidth-limited': { score: 'connectivity', points: 1.5 },
  bufferbloat: { score: 'connectivity', points: 2 },
  'media-interruption': { score: 'connectivity', points: 4 },
  'ice-disconnected': { score: 'connectivity', points: 1.5 },
  'ice-failed': { score: 'connectivity', points: 4 },
  'dtls-failed': { score: 'connectivity', points: 4 },
  'slow-connection-setup': { score: 'connectivity', points: 2 },
  'relay-over-tcp': { score: 'connectivity', points: 0.5 },
  'client-suspended': { score: 'connectivity', points: 2 },
  'one-way-audio': { score: 'audio', points: 4 },
  'microphone-silent': { score: 'audio', points: 3 },
  'microphone-quiet': { score: 'audio', points: 2.5 },
  'capture-track-ended': { score: 'kind', points: 3 },
  'echo-cancellation-off': { score: 'audio', points: 0.5 },
  'av-desync': { score: 'video', points: 1.5 },
  'one-way-video': { score: 'video', points: 4 },
  'keyframe-storm': { score: 'video', points: 1.5 },
  'simulcast-layer-missing': { score: 'video', points: 1.4 },
  'decoder-overload': { score: 'video', points: 2 },
  'cpu-limited': { score: 'video', points: 2 },
  'static-video': { score: 'video', points: 1 },
  'no-common-codec': { score: 'kind', points: 4 },
};

/** Share of the points by severity. */
export const SEVERITY_SHARE = { critical: 1, high: 1, medium: 0.6, low: 0.3, info: 0 } as const;
