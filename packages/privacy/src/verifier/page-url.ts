import type { Method } from '../policy.ts';
import { COLON, SLASH } from './characters.ts';
import { type Detector, type Hit, mergeHits, NONE, type Place } from './detector.ts';
import { isNeutral, isOpaqueId } from './neutral.ts';

/** A URL with an authority (RFC 3986), as far as a text lets it reach; a sentence's last dot is not part of it. */
const URL =
  /(?:\b[a-z][a-z\d+.-]*:)?(?<![:/\w])\/\/[^\s"'<>\\^`{|}]*[^\s"'<>\\^`{|}.,;!)]|\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>\\^`{|}]*[^\s"'<>\\^`{|}.,;!)]/gi;
/** A STUN or TURN URI (RFC 7064, 7065), whose query can only name a transport. */
const ICE_URL = /\b(?:stuns?|turns?):[^\s"'<>\\]+/gi;
const TRANSPORT = /^transport=(?:udp|tcp|tls|sctp)$/i;
/** Header extensions of RTP are named by URIs; this one, which every browser offers, has a fragment. */
const FIXED_URLS = new Set(['https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension']);
const TOKEN_NAME = /token|jwt|auth|secret|password|credential|key/i;

/**
 * Class `pageUrl`: what the address of a page tells about its reader. In any text: query, fragment and user information of a URL;
 * where the page's own address stands, also path segments that can be read. Less is asked where the method removes
 * tokens only (`redact`); only the origin may be left where it cuts the rest off (`truncate`, `remove`).
 */
export function pageUrlDetector(method: Method, keepSegments: readonly string[] = []): Detector {
  const tokensOnly = method === 'redact';
  const originOnly = method === 'truncate' || method === 'remove';
  const kept = new Set(keepSegments);

  const judge = (url: string, isPage: boolean): boolean => {
    if (FIXED_URLS.has(url)) return false;
    const parts = /^(?:([a-z][a-z\d+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(url);
    if (parts === null) return true;
    const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = parts;
    if (hasValues(query, tokensOnly) || hasValues(fragment, tokensOnly)) return true;
    if (tokensOnly) return false;
    if (authority.includes('@') && !isNeutral(authority.slice(0, authority.lastIndexOf('@')))) return true;
    if (scheme.toLowerCase() === 'file') return path.length > 1;
    return isPage && path.split('/').some((segment) => !kept.has(segment) && isReadable(segment, originOnly));
  };

  return {
    class: 'pageUrl',
    find(text, place, layer, shape) {
      if ((shape & (COLON | SLASH)) === 0) return NONE;
      if (layer === 0 && isPageAddress(place, text)) return judge(text, true) ? [{ start: 0, end: text.length }] : NONE;
      const hits: Hit[] = [];
      if (text.includes('//')) {
        for (const match of text.matchAll(URL)) {
          if (judge(match[0], false)) hits.push({ start: match.index, end: match.index + match[0].length });
        }
      }
      if (shape & COLON && /(?:stun|turn)s?:[^\s]*[?#]/i.test(text)) {
        for (const match of text.matchAll(ICE_URL)) {
          const query = /[?#](.*)/s.exec(match[0])?.[1] ?? '';
          if (query.split('&').some((pair) => !TRANSPORT.test(pair) && hasValues(pair, tokensOnly))) {
            hits.push({ start: match.index, end: match.index + match[0].length });
          }
        }
      }
      return hits.length === 0 ? NONE : mergeHits(hits);
    },
  };
}

/** Whether anything but redactions is left of a query or a fragment. */
function hasValues(query: string, tokensOnly: boolean): boolean {
  return query.split('&').some((pair) => {
    const at = pair.indexOf('=');
    const value = pair.slice(at + 1);
    if (isNeutral(value)) return false;
    return !tokensOnly || (at > 0 && TOKEN_NAME.test(pair.slice(0, at))) || /eyJ[\w-]{8,}\./.test(value);
  });
}

function isReadable(segment: string, originOnly: boolean): boolean {
  if (segment === '' || isNeutral(segment)) return false;
  return originOnly || !isOpaqueId(segment);
}

/** The metadata's `url`, webrtc-internals' `url`, and the fourth element of `create` in Chromium's own dumps. */
function isPageAddress(place: Place, text: string): boolean {
  if (place.kind !== 'value') return false;
  if (place.event === 'metadata') return place.name === 'url' || place.name === 'origin';
  if (place.event === 'create') return place.depth === 1 && place.index > 2 && text.includes('/');
  return (
    place.event === undefined &&
    (place.name === 'url' || place.name === 'origin') &&
    /^(?:https?|file|chrome-extension):/i.test(text)
  );
}
