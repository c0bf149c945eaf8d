import { DumpError } from './errors.ts';
import { type DumpSource, dumpBytes } from './source.ts';

/**
 * What chrome://webrtc-internals saves: one JSON object. Written by many versions of Chromium, so little is certain.
 */
export interface InternalsDump {
  readonly PeerConnections: Readonly<Record<string, InternalsPeerConnection>>;
  /** Calls and answers in the order in which they happened. */
  readonly getUserMedia?: readonly Readonly<Record<string, unknown>>[];
  readonly UserAgent?: string;
  readonly UserAgentData?: unknown;
  readonly [key: string]: unknown;
}

export interface InternalsPeerConnection {
  /** JSON text; older versions wrote a form of their own. */
  readonly rtcConfiguration?: string;
  readonly constraints?: string;
  /** The page. */
  readonly url?: string;
  readonly updateLog?: readonly InternalsUpdate[];
  /** By `<id of the report>-<property>`. */
  readonly stats?: Readonly<Record<string, InternalsSeries>>;
  readonly [key: string]: unknown;
}

/** A call or an event. */
export interface InternalsUpdate {
  /** `createOfferOnSuccess`, `icecandidate`, … */
  readonly type: string;
  /** JSON text, or text of its own form. */
  readonly value: string;
  /** A date as the browser's language writes it; replaced by `timestamp`. */
  readonly time?: string;
  /** Milliseconds since the epoch. */
  readonly timestamp?: number;
}

/** The values of one property over time, evenly spread. */
export interface InternalsSeries {
  /** ISO 8601. */
  readonly startTime: string;
  readonly endTime: string;
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

/** 256 MiB, decompressed; webrtc-internals keeps about 1000 values of a property, so real ones are far smaller. */
export const MAX_INTERNALS_BYTES = 256 * 1024 * 1024;

/**
 * Reads a webrtc-internals dump, plain or gzipped. Being one JSON object, it is held in memory as a whole. Throws
 * `DUMP_NOT_A_DUMP`, `DUMP_TRUNCATED` (JSON that breaks off), `DUMP_DAMAGED` or `DUMP_TOO_LARGE`.
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
      ? new DumpError('DUMP_TRUNCATED', 'its JSON breaks off')
      : new DumpError('DUMP_NOT_A_DUMP', 'it is not JSON');
  }
  if (!isInternalsDump(json)) throw new DumpError('DUMP_NOT_A_DUMP', 'it is JSON, but has no PeerConnections');
  return json;
}
