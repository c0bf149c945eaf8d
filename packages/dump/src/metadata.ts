import { DumpError } from './errors.ts';

/** The first line of every dump. */
export const DUMP_HEAD = 'RTCStatsDump';

/** The version of the file format that is written, and the only one that is read. */
export const FILE_FORMAT = 3;

/**
 * The second line of a dump. All but the format may be missing (dumps that Chromium writes have nothing else), and
 * what other programs wrote is not checked. Unknown keys are kept.
 */
export interface DumpMetadata {
  readonly fileFormat?: number;
  /** Path and query of the upgrade request, or the URL of the page. */
  readonly url?: string | null;
  readonly origin?: string | null;
  readonly userAgent?: string | null;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly startTime?: number;
  /** Where the connection came from: the client first, then proxies. */
  readonly remoteAddresses?: readonly string[];
  /** What a geolocation database says of them, in the same order. */
  readonly locations?: readonly unknown[];
  /** The subprotocol the client offered, `rtcstats#5.0`. */
  readonly clientProtocol?: string | null;
  /** Which policy the dump was anonymized with. */
  readonly privacy?: {
    readonly policy: string;
    /** Of everything that the policy says. */
    readonly hash?: string;
    readonly engine: string;
    readonly keyId?: string;
  };
  readonly [key: string]: unknown;
}

/** The metadata in the text of the second line, or the `DUMP_BAD_METADATA` or `DUMP_LEGACY` that is wrong with it. */
export function parseMetadata(text: string): DumpMetadata | DumpError {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return new DumpError('DUMP_BAD_METADATA', 'it is not JSON', 2);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return new DumpError('DUMP_BAD_METADATA', 'it is not a JSON object', 2);
  }
  const metadata: DumpMetadata = { ...json };
  // Only programs of the current format ever left the number out.
  const { fileFormat = FILE_FORMAT } = metadata;
  if (fileFormat === FILE_FORMAT) return metadata;
  if (fileFormat === 1 || fileFormat === 2) return new DumpError('DUMP_LEGACY');
  return new DumpError('DUMP_BAD_METADATA', `its fileFormat is not ${FILE_FORMAT}`, 2);
}
