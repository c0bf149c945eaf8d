import type { Place } from './detector.ts';

/** A URI that is a name: without query or user, with a plain fragment at most. */
const PLAIN = /^[a-z]{2,8}:\/\/[\w.-]+(?:\/[\w./-]*)?(?:#[\w-]*)?$/i;
const NAMESPACES =
  /^https?:\/\/(?:skype\.com\/experiments\/rtp-hdrext\/|jitsi\.org\/protocols\/|(?:www\.)?webrtc\.org\/|(?:www|tools|datatracker)\.ietf\.org\/|www\.rfc-editor\.org\/|www\.w3\.org\/|w3c\.github\.io\/|aomediacodec\.github\.io\/)/;
/** The attribute of a session description before the URI (RFC 8285, section 5). */
const ATTRIBUTE = /\bextmap:\d{1,5}(?:\/[a-z]{1,12})? {1,4}$/;
const CHANNELS = new Set(['createDataChannel', 'ondatachannel', 'getStats']);

/** Whether the URI from `start` to `end` names an RTP header extension, a subprotocol or a document of a standard. */
export function isProtocolUri(text: string, start: number, end: number, place: Place): boolean {
  const uri = text.slice(start, end);
  if (!PLAIN.test(uri)) return false;
  if (NAMESPACES.test(uri) || ATTRIBUTE.test(text.slice(Math.max(0, start - 32), start))) return true;
  if (place.kind !== 'value') return false;
  if (place.name === 'protocol') return CHANNELS.has(place.event ?? '');
  return place.name === 'uri' && (place.within('headerExtensions') || place.within('headerExtensionsToNegotiate'));
}
