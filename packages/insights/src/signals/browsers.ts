import type { DumpMetadata } from '@rtcstats-server/dump';

/** What decides which statistics exist and what they mean; other browsers are built on one of these. */
export type Engine = 'chromium' | 'firefox' | 'safari' | 'unknown';

/** The names of what is measured, as used in `notJudged`. */
export type Measurement =
  | 'available-outgoing-bitrate'
  | 'path-rtt'
  | 'quality-limitation'
  | 'source-audio-level'
  | 'freezes'
  | 'concealment'
  | 'remote-loss'
  | 'jitter-buffer';

/** How one engine reports a measurement. */
export interface EngineRow {
  /** Whether the engine reports it. */
  readonly reported: boolean;
  /** The property of getStats. */
  readonly property: string;
  /** The unit of the property. */
  readonly unit: string;
  /** What to know about it. */
  readonly note?: string;
}

const reported = (property: string, unit: string, note?: string): EngineRow =>
  note === undefined ? { reported: true, property, unit } : { reported: true, property, unit, note };
const missing = (property: string, unit: string, note?: string): EngineRow => ({
  ...reported(property, unit, note),
  reported: false,
});

const everywhere = (row: EngineRow): Record<KnownEngine, EngineRow> => ({ chromium: row, firefox: row, safari: row });

type KnownEngine = Exclude<Engine, 'unknown'>;

/**
 * The one table of what each engine reports. Chromium and Firefox: read from recordings of Chromium 156 and Firefox
 * 153. Safari: from MDN's browser compatibility data for RTCStatsReport, not from recordings.
 */
export const ENGINES: Readonly<Record<Measurement, Readonly<Record<KnownEngine, EngineRow>>>> = {
  'available-outgoing-bitrate': {
    chromium: reported('candidate-pair.availableOutgoingBitrate', 'bit/s'),
    firefox: missing('candidate-pair.availableOutgoingBitrate', 'bit/s'),
    safari: missing('candidate-pair.availableOutgoingBitrate', 'bit/s', 'gone since Safari 16.2'),
  },
  'path-rtt': {
    chromium: reported('candidate-pair.currentRoundTripTime', 'seconds', 'from STUN checks every few seconds'),
    firefox: reported('candidate-pair.currentRoundTripTime', 'seconds', 'RTCP is used if it is older than a sample'),
    safari: missing('candidate-pair.currentRoundTripTime', 'seconds', 'gone since Safari 16.2; RTCP is used'),
  },
  'quality-limitation': {
    chromium: reported('outbound-rtp.qualityLimitationReason', 'none, cpu, bandwidth, other'),
    firefox: missing('outbound-rtp.qualityLimitationReason', 'none, cpu, bandwidth, other'),
    safari: reported('outbound-rtp.qualityLimitationReason', 'none, cpu, bandwidth, other'),
  },
  'source-audio-level': {
    chromium: reported('media-source.totalAudioEnergy', 'squared level x seconds', 'after audio processing'),
    firefox: missing('media-source.totalAudioEnergy', 'squared level x seconds'),
    safari: reported('media-source.totalAudioEnergy', 'squared level x seconds', 'after audio processing'),
  },
  freezes: everywhere(
    reported(
      'inbound-rtp.totalFreezesDuration',
      'seconds',
      'a freeze is counted when it ends, so a lasting one is read from framesDecoded',
    ),
  ),
  concealment: everywhere(reported('inbound-rtp.concealedSamples', 'samples')),
  'remote-loss': {
    chromium: reported(
      'remote-inbound-rtp.packetsLost',
      'packets',
      'packetsReceived is missing, so packetsSent between two reports is the base',
    ),
    firefox: reported('remote-inbound-rtp.packetsLost', 'packets', 'packetsReceived is there too'),
    safari: reported('remote-inbound-rtp.packetsLost', 'packets', 'as in Chromium'),
  },
  'jitter-buffer': everywhere(
    reported('inbound-rtp.jitterBufferDelay', 'seconds, summed per emitted sample (audio) or frame (video)'),
  ),
};

/** Whether the engine reports a measurement; true if the engine is not known, because then the data must tell. */
export function reports(engine: Engine, measurement: Measurement): boolean {
  return engine === 'unknown' || ENGINES[measurement][engine].reported;
}

/** The engine of a user agent. Chromium's text contains `Safari`, and both contain `like Gecko`. */
export function engineOf(metadata: DumpMetadata): Engine {
  const { userAgent } = metadata;
  if (typeof userAgent !== 'string') return 'unknown';
  if (/Chrom(e|ium)\//.test(userAgent)) return 'chromium';
  if (/Firefox\//.test(userAgent)) return 'firefox';
  return /AppleWebKit\//.test(userAgent) ? 'safari' : 'unknown';
}

/**
 * The engine by what it sends: only Chromium has user-agent client hints; Firefox puts its own property `selected` into
 * candidate pairs and writes ids of tracks in braces.
 */
export function engineOfClient(create: unknown): Engine {
  const hints = (create as { userAgentData?: { brands?: unknown } } | null)?.userAgentData?.brands;
  return Array.isArray(hints) && hints.length > 0 ? 'chromium' : 'unknown';
}
