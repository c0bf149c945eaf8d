/**
 * URIs that name an RTP header extension, a protocol or a document of a standard instead of a page that somebody
 * visited. Written after the slashes; the path is kept, a query is not.
 */
const NAMESPACES = [
  'www\\.webrtc\\.org/(?:experiments/|$)',
  'webrtc\\.org/experiments/',
  '(?:www|tools|datatracker)\\.ietf\\.org/(?:id/|html/|doc/|rfc/|archive/id/)',
  'www\\.rfc-editor\\.org/(?:rfc|info|errata)/',
  'aomediacodec\\.github\\.io/',
  'www\\.w3\\.org/(?:TR/|ns/|\\d{4}/)',
  'w3c\\.github\\.io/',
  'skype\\.com/experiments/rtp-hdrext/',
  'jitsi\\.org/(?:protocols/|jitmeet/)',
];
const TECHNICAL = new RegExp(`^(?:${NAMESPACES.join('|')})[\\w./-]*(?:#[\\w-]*)?$`);
/** Directly before the URI: the attribute of a session description (RFC 8285, section 5). */
const EXTENSION = /\bextmap:\d{1,5}(?:\/[a-z]{1,12})? {1,4}[a-z]{3,5}:\/\/$/;
const EXTENSION_LENGTH = 48;
/** The end of a sentence or list around the URI. */
const PROSE = /[.,;:!)\]}'`|]{1,8}$/;
/** A name without user, port, query or names of files; with a fragment at most. */
const PLAIN = /^[\w.-]{1,253}(?:\/[\w./-]{0,512})?(?:#[\w-]{0,64})?$/;

/**
 * Whether the URI whose authority begins at `start` is technical, by its namespace or because of the text before it.
 */
export function isTechnicalUri(text: string, start: number, end: number): boolean {
  const uri = text.slice(start, end).replace(PROSE, '');
  if (TECHNICAL.test(uri)) return true;
  return EXTENSION.test(text.slice(Math.max(0, start - EXTENSION_LENGTH), start)) && isPlainUri(uri);
}

/** Whether the URI, without scheme and slashes, is one as standards and programs use for names. */
export function isPlainUri(uri: string): boolean {
  return PLAIN.test(uri.replace(PROSE, ''));
}
