/** A media section of a session description (RFC 8866 and RFC 8829), as far as analysis needs it. */
export interface MediaSection {
  /** `audio`, `video` or `application`; empty if the dump left the section out. */
  readonly kind: string;
  readonly mid: string | undefined;
  /** Port 0: rejected in an answer, or bundled in an offer. */
  readonly isPortZero: boolean;
  readonly sends: boolean;
  readonly receives: boolean;
  /** Whether the sender attached a track of a stream (`a=msid` with a stream id). */
  readonly hasStream: boolean;
  /** Number of candidates in the description, as from media servers and without trickle ICE. */
  readonly candidates: number;
  /** Names of codecs in lower case, without those that only protect others. */
  readonly codecs: readonly string[];
}

const MAX_SECTIONS = 256;
const HELPERS: ReadonlySet<string> = new Set(['rtx', 'red', 'ulpfec', 'flexfec-03', 'cn', 'telephone-event']);
const MEDIA_LINE = /^m=(\w{1,32}) (\d{1,5})\b/;
const RTPMAP = /^a=rtpmap:\d{1,5} ([\w-]{1,32})\//;
const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)$/;
/** The first letters of the names of the attributes that are read. */
const ATTRIBUTES: ReadonlySet<number> = new Set(['c', 'i', 'm', 'r', 's'].map((letter) => letter.charCodeAt(0)));
const CR = 0x0d;

/** The media sections of a description, in order. */
export function mediaSections(sdp: string): MediaSection[] {
  return sdp
    .split(/\r?\n(?=m=)/, MAX_SECTIONS + 1)
    .slice(1)
    .map(sectionOf);
}

function sectionOf(text: string): MediaSection {
  const media = MEDIA_LINE.exec(text);
  let direction = 'sendrecv';
  let mid: string | undefined;
  let hasStream = false;
  let candidates = 0;
  const codecs: string[] = [];
  for (let start = 0, next = 0; start < text.length; start = next) {
    const lineFeed = text.indexOf('\n', start);
    next = lineFeed < 0 ? text.length : lineFeed + 1;
    // A description has hundreds of lines, and few of these attributes.
    if (!ATTRIBUTES.has(text.charCodeAt(start + 2))) continue;
    const line = text.slice(start, endOf(text, start, lineFeed));
    if (line.startsWith('a=rtpmap:')) {
      const codec = RTPMAP.exec(line)?.[1]?.toLowerCase();
      if (codec !== undefined && !HELPERS.has(codec)) codecs.push(codec);
    } else if (line.startsWith('a=candidate:')) candidates += 1;
    else if (line.startsWith('a=mid:')) mid = line.slice(6);
    else if (line.startsWith('a=msid:')) hasStream ||= !line.startsWith('a=msid:- ') && line.length > 7;
    else direction = DIRECTION.exec(line)?.[1] ?? direction;
  }
  return {
    kind: media?.[1] ?? '',
    mid,
    isPortZero: media?.[2] === '0',
    sends: direction === 'sendrecv' || direction === 'sendonly',
    receives: direction === 'sendrecv' || direction === 'recvonly',
    hasStream,
    candidates,
    codecs,
  };
}

/** Where a line ends, without its line break. */
function endOf(text: string, start: number, lineFeed: number): number {
  if (lineFeed < 0) return text.length;
  return lineFeed > start && text.charCodeAt(lineFeed - 1) === CR ? lineFeed - 1 : lineFeed;
}
