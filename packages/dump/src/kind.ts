import { DUMP_HEAD } from './metadata.ts';

/** How much of a file `kindOf` needs to see, in bytes. It may see less only if the file is shorter. */
export const KIND_BYTES = 64 * 1024;

/**
 * The kind of a file, told from its first bytes:
 * - `dump`: an rtcstats dump, which begins with the line `RTCStatsDump` (file format 3; the metadata may still be
 *   wrong);
 * - `recording`: the messages of a client, one JSON array per line, without head and metadata. Dumps of format 1 could
 *   begin the same way;
 * - `webrtc-internals`: the JSON object that chrome://webrtc-internals saves;
 * - `legacy`: an rtcstats dump of format 1 or 2, which had no head and began with its metadata or was one JSON object;
 * - `about-webrtc`: the page that Firefox saves at about:webrtc, or a report that is copied there;
 * - `torn`: a file that ends within `RTCStatsDump`;
 * - `empty`: nothing but white space;
 * - `unknown`: anything else.
 */
export type DumpKind =
  | 'dump'
  | 'recording'
  | 'webrtc-internals'
  | 'legacy'
  | 'about-webrtc'
  | 'torn'
  | 'empty'
  | 'unknown';

const HEAD_LINE = new RegExp(`^${DUMP_HEAD}\\r?(\\n|$)`);

/**
 * Tells what a file is from its first `KIND_BYTES` bytes, decompressed. A byte order mark before the content is
 * ignored. Only the beginning is checked, so reading the file may still fail.
 */
export function kindOf(start: Uint8Array): DumpKind {
  // The decoder removes the byte order mark.
  const text = new TextDecoder().decode(start);
  if (HEAD_LINE.test(text)) return 'dump';
  if (text.trim() === '') return 'empty';
  if (DUMP_HEAD.startsWith(text)) return 'torn';
  if (isAboutWebrtcPage(text)) return 'about-webrtc';
  if (text.startsWith('[')) return 'recording';
  const json = firstLine(text);
  const keys = keysOf(json, text);
  // Versions of Chromium differ in which of these comes first.
  if (['PeerConnections', 'getUserMedia', 'UserAgentData'].some((key) => keys.includes(key))) return 'webrtc-internals';
  if (['pcid', 'sdpHistories'].some((key) => keys.includes(key))) return 'about-webrtc';
  return keys.includes('peerConnections') || isLegacyMetadata(json, keys) ? 'legacy' : 'unknown';
}

/** Its HTML names the page. A copied list of reports has objects with `pcid`, where a recording has lists. */
function isAboutWebrtcPage(text: string): boolean {
  if (/^\s{0,64}</.test(text)) return /about[-:]?webrtc/i.test(text);
  return /^\s{0,64}\[\s{0,64}\{/.test(text) && /"pcid"\s{0,8}:/.test(text);
}

/** Format 2 introduced `fileFormat`. The metadata of format 1 are recognized by keys that they always had. */
function isLegacyMetadata(json: unknown, keys: readonly string[]): boolean {
  const format = (json as { fileFormat?: unknown } | null | undefined)?.fileFormat;
  return format === 1 || format === 2 || (keys.includes('userAgent') && keys.includes('path'));
}

/**
 * The keys of the JSON object on the first line. If that line does not contain the whole object: every text in its
 * visible part that looks like a key.
 */
function keysOf(json: unknown, text: string): readonly string[] {
  if (typeof json === 'object' && json !== null) return Object.keys(json);
  if (!text.trimStart().startsWith('{')) return [];
  return Array.from(text.matchAll(/"(\w{1,32})"\s*:/g), (match) => match[1] ?? '');
}

function firstLine(text: string): unknown {
  try {
    return JSON.parse(text.split('\n', 1)[0] ?? '');
  } catch {
    return undefined;
  }
}
