import { DumpError } from './errors.ts';

/** The first line of every dump. */
export const DUMP_HEAD = 'RTCStatsDump';

/** The version of the file format that is written, and the only one that is read. */
export const FILE_FORMAT = 3;

/**
 * The second line of a dump. Everything except the format may be missing (dumps made by Chromium have nothing else),
 * and values written by other programs are not validated. Unknown keys are kept.
 */
export interface DumpMetadata {
  /** Version of the file format. */
  readonly fileFormat?: number;
  /** Path and query of the WebSocket upgrade request, or the URL of the page. */
  readonly url?: string | null;
  /** The Origin header of the request. */
  readonly origin?: string | null;
  /** The User-Agent header of the request. */
  readonly userAgent?: string | null;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly startTime?: number;
  /** Addresses of the connection: the client first, then proxies. */
  readonly remoteAddresses?: readonly string[];
  /** Locations of the addresses in the same order, from a geolocation database. */
  readonly locations?: readonly unknown[];
  /** The subprotocol offered by the client, such as `rtcstats#5.0`. */
  readonly clientProtocol?: string | null;
  /** How the dump was anonymized. */
  readonly privacy?: {
    /** Name of the preset. */
    readonly policy: string;
    /** Hash of all rules of the policy. */
    readonly hash?: string;
    /** Version of the anonymizing code. */
    readonly engine: string;
    /** Id of the key of the pseudonyms. */
    readonly keyId?: string;
  };
  readonly [key: string]: unknown;
}

/** Parses the second line. Returns a `DUMP_BAD_METADATA` or `DUMP_LEGACY` error if it is invalid. */
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
  // Only programs that write the current format ever omitted the number.
  const { fileFormat = FILE_FORMAT } = metadata;
  if (fileFormat === FILE_FORMAT) return metadata;
  if (fileFormat === 1 || fileFormat === 2) return new DumpError('DUMP_LEGACY');
  return new DumpError('DUMP_BAD_METADATA', `its fileFormat is not ${FILE_FORMAT}`, 2);
}
