import { DumpError } from './errors.ts';
import { type DumpSource, dumpBytes } from './source.ts';

/**
 * A file saved by chrome://webrtc-internals: one JSON object. Many versions of Chromium write such files, so most
 * properties are optional.
 */
export interface InternalsDump {
  /** By the id of the peer connection. */
  readonly PeerConnections: Readonly<Record<string, InternalsPeerConnection>>;
  /** Calls and their results in chronological order. */
  readonly getUserMedia?: readonly Readonly<Record<string, unknown>>[];
  /** The user agent string. */
  readonly UserAgent?: string;
  /** User-agent client hints. */
  readonly UserAgentData?: unknown;
  readonly [key: string]: unknown;
}

/** One peer connection of a webrtc-internals dump. */
export interface InternalsPeerConnection {
  /** JSON text; older versions used a format of their own. */
  readonly rtcConfiguration?: string;
  readonly constraints?: string;
  /** The URL of the page. */
  readonly url?: string;
  /** Calls and events in chronological order. */
  readonly updateLog?: readonly InternalsUpdate[];
  /** Key: `<id of the report>-<property>`. */
  readonly stats?: Readonly<Record<string, InternalsSeries>>;
  readonly [key: string]: unknown;
}

/** A call or an event of a peer connection. */
export interface InternalsUpdate {
  /** `createOfferOnSuccess`, `icecandidate`, … */
  readonly type: string;
  /** JSON text, or text in a format of Chromium's. */
  readonly value: string;
  /** A date in the format of the browser's language; newer versions write `timestamp` instead. */
  readonly time?: string;
  /** Milliseconds since the epoch. */
  readonly timestamp?: number;
}

/** The values of one property over time, at equal intervals. */
export interface InternalsSeries {
  /** ISO 8601. */
  readonly startTime: string;
  /** ISO 8601. */
  readonly endTime: string;
  /** The type of the report, such as `inbound-rtp`. */
  readonly statsType: string;
  /** JSON text of a list. */
  readonly values: string;
}

/** Whether a JSON value is a webrtc-internals dump. */
export function isInternalsDump(json: unknown): json is InternalsDump {
  const connections = (json as { PeerConnections?: unknown } | null | undefined)?.PeerConnections;
  if (typeof connections !== 'object' || connections === null || Array.isArray(connections)) return false;
  return Object.values(connections).every((connection) => typeof connection === 'object' && connection !== null);
}

/** 256 MiB, decompressed. webrtc-internals keeps about 1000 values per property, so real files are much smaller. */
export const MAX_INTERNALS_BYTES = 256 * 1024 * 1024;

/**
 * Reads a webrtc-internals dump, plain or gzipped. It is one JSON object, so it is held in memory as a whole;
 * `maxBytes` limits its decompressed size. Throws `DUMP_NOT_A_DUMP`, `DUMP_TRUNCATED` (incomplete JSON or gzip data),
 * `DUMP_DAMAGED` or `DUMP_TOO_LARGE`.
 */
export async function readInternalsDump(
  source: DumpSource,
  maxBytes: number = MAX_INTERNALS_BYTES,
): Promise<InternalsDump> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of dumpBytes(source)) {
    length += chunk.length;
    if (length > maxBytes) throw new DumpError('DUMP_TOO_LARGE', `more than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  text += decoder.decode();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const begun = text.trimStart().startsWith('{') && !text.trimEnd().endsWith('}');
    throw begun
      ? new DumpError('DUMP_TRUNCATED', 'its JSON is incomplete')
      : new DumpError('DUMP_NOT_A_DUMP', 'it is not JSON');
  }
  if (!isInternalsDump(json)) throw new DumpError('DUMP_NOT_A_DUMP', 'it is JSON, but has no PeerConnections');
  return json;
}
