import type { Method } from '../policy/policy.ts';
import { type Detector, type Hit, mergeHits, NONE, type Place } from './detector.ts';
import { isNeutral, isOpaqueId } from './neutral.ts';
import { AUTHORITY, ICE_URL, QUERY } from './triggers.ts';

/** Characters that end a URL (RFC 3986, appendix C). Punctuation at its end belongs to the sentence. */
const URL_END = /[\s"'<>\\^`{|}]/g;
/** A STUN or TURN URI (RFC 7064, RFC 7065), whose query can only be a transport. */
const ICE_URLS = /\b(?:stuns?|turns?):[^\s"'<>\\]+/gi;
const TRANSPORT = /^transport=(?:udp|tcp|tls|sctp)$/i;
/** A query after a path without scheme. */
const QUERIES = /(?<=[\w/.~%-])\?([\w.%[\]~-]{1,64}=[^\s"'<>\\&]+(?:&[^\s"'<>\\&]*)*)/g;
/** The URIs that identify RTP header extensions have no query or fragment, except this one. */
const FIXED_URLS = new Set(['https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension']);
const TOKEN_NAME = /token|jwt|auth|secret|password|credential|key/i;

/**
 * Class `pageUrl`: what the URL of a page reveals about its user. In any text: query, fragment and user information of
 * a URL. In the places of page URLs: also readable path segments. Less is reported if the method removes only tokens
 * (`redact`); more if it keeps only the origin (`truncate`, `remove`).
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
    // The path of a file reveals its owner, in any place.
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

/**
 * The URL whose authority begins at `slashes`: includes the scheme before it, and extends to white space or a
 * delimiter.
 */
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

/** The end without the punctuation of a sentence. A regular expression for this would take quadratic time. */
function withoutProse(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && '.,;!)'.includes(text[last - 1]!)) last--;
  return last;
}

/** Whether a query or fragment has anything but redactions. */
function hasValues(query: string, tokensOnly: boolean): boolean {
  return query.split('&').some((pair) => {
    const at = pair.indexOf('=');
    const value = pair.slice(at + 1);
    if (isNeutral(value)) return false;
    return (
      !tokensOnly ||
      (at > 0 && TOKEN_NAME.test(pair.slice(0, at))) ||
      /(?<![\w-])(?=[\w-]*\.)[\w-]*?eyJ[\w-]{8,}\./.test(value)
    );
  });
}

function isReadable(segment: string, originOnly: boolean): boolean {
  if (segment === '' || isNeutral(segment)) return false;
  return originOnly || !isOpaqueId(segment);
}

/**
 * Whether the text is in a place of page URLs: the metadata's `url` and `origin`, those of webrtc-internals, and the
 * fourth element of `create` in dumps made by Chromium.
 */
function isPageAddress(place: Place, text: string): boolean {
  // `null` is the origin of a sandboxed page (HTML, section 7.1.1).
  if (place.kind !== 'value' || text === 'null') return false;
  if (place.event === 'metadata') return place.name === 'url' || place.name === 'origin';
  if (place.event === 'create') return place.depth === 1 && place.index > 2 && text.includes('/');
  return (
    place.event === undefined &&
    (place.name === 'url' || place.name === 'origin') &&
    /^(?:https?|file|chrome-extension):/i.test(text)
  );
}
