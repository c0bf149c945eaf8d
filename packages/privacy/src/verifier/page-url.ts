import type { Method } from '../policy/policy.ts';
import { type Detector, type Hit, mergeHits, NONE, type Place } from './detector.ts';
import { isNeutral, isOpaqueId } from './neutral.ts';
import { AUTHORITY, ICE_URL, QUERY } from './triggers.ts';

/** What no URL goes on after (RFC 3986, appendix C); a sentence's last sign is not part of it either. */
const URL_END = /[\s"'<>\\^`{|}]/g;
/** A STUN or TURN URI (RFC 7064, 7065), whose query can only name a transport. */
const ICE_URLS = /\b(?:stuns?|turns?):[^\s"'<>\\]+/gi;
const TRANSPORT = /^transport=(?:udp|tcp|tls|sctp)$/i;
/** A query behind a path alone. */
const QUERIES = /(?<=[\w/.~%-])\?([\w.%[\]~-]{1,64}=[^\s"'<>\\&]+(?:&[^\s"'<>\\&]*)*)/g;
/** Header extensions of RTP are named by URIs; this one, which every browser offers, has a fragment. */
const FIXED_URLS = new Set(['https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension']);
const TOKEN_NAME = /token|jwt|auth|secret|password|credential|key/i;

/**
 * Class `pageUrl`: what the address of a page tells about its reader. In any text: query, fragment and user information of a URL;
 * where the page's own address stands, also path segments that can be read. Less is asked where the method removes
 * tokens only (`redact`); only the origin may be left where it cuts the rest off (`truncate`, `remove`).
 */
export function pageUrlDetector(method: Method, keepSegments: readonly string[]): Detector {
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
    // Where a file lies names its owner, wherever its URL stands.
    return (
      (isPage || scheme.toLowerCase() === 'file') &&
      path.split('/').some((segment) => !kept.has(segment) && isReadable(segment, originOnly))
    );
  };

  return {
    class: 'pageUrl',
    triggers: AUTHORITY | ICE_URL | QUERY,
    find(text, _place, triggers) {
      const hits: Hit[] = [];
      for (let at = triggers & AUTHORITY ? text.indexOf('//') : -1; at >= 0; ) {
        const hit = urlAround(text, at);
        if (judge(text.slice(hit.start, hit.end), false)) hits.push(hit);
        at = text.indexOf('//', Math.max(hit.end, at + 2));
      }
      if (triggers & ICE_URL && /[?#]/.test(text)) {
        for (const match of text.matchAll(ICE_URLS)) {
          const query = /[?#](.*)/s.exec(match[0])?.[1] ?? '';
          if (query.split('&').some((pair) => !TRANSPORT.test(pair) && hasValues(pair, tokensOnly))) {
            hits.push({ start: match.index, end: match.index + match[0].length });
          }
        }
      }
      if (triggers & QUERY) {
        for (const match of text.matchAll(QUERIES)) {
          const query = match[1]!.slice(0, withoutProse(match[1]!, 0, match[1]!.length));
          if (!TRANSPORT.test(query) && hasValues(query, tokensOnly)) {
            hits.push({ start: match.index, end: match.index + match[0].length });
          }
        }
      }
      return hits.length === 0 ? NONE : mergeHits(hits);
    },
    judges: (name) => name === '' || name === 'url' || name === 'origin',
    judge: (text, place) => isPageAddress(place, text) && judge(text, true),
  };
}

/** The URL whose authority begins at `slashes`: a scheme before it, everything up to white space or a delimiter after it. */
function urlAround(text: string, slashes: number): Hit {
  let start = slashes;
  if (text.charCodeAt(start - 1) === 58) {
    start--;
    while (start > 0 && /[\w+.-]/.test(text[start - 1]!)) start--;
  }
  URL_END.lastIndex = slashes;
  const end = URL_END.exec(text)?.index ?? text.length;
  return { start, end: withoutProse(text, slashes, end) };
}

/** Where the text ends without the signs of a sentence. An expression for them would take quadratic time. */
function withoutProse(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && '.,;!)'.includes(text[last - 1]!)) last--;
  return last;
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
  // The origin of a sandboxed page (HTML, 7.1.1) is `null`.
  if (place.kind !== 'value' || text === 'null') return false;
  if (place.event === 'metadata') return place.name === 'url' || place.name === 'origin';
  if (place.event === 'create') return place.depth === 1 && place.index > 2 && text.includes('/');
  return (
    place.event === undefined &&
    (place.name === 'url' || place.name === 'origin') &&
    /^(?:https?|file|chrome-extension):/i.test(text)
  );
}
