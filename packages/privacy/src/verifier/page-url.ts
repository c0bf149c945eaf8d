import type { Method } from '../policy/policy.ts';
import { type Detector, type Hit, mergeHits, NONE, type Place } from './detector.ts';
import { isNeutral } from './neutral.ts';
import { isProtocolUri } from './protocol-uris.ts';
import { isTechnicalTerm } from './technical-terms.ts';
import { isTechnicalUrl } from './technical-urls.ts';
import { AUTHORITY, ICE_URL, QUERY } from './triggers.ts';

/** Characters that end a URL (RFC 3986, appendix C). Punctuation at its end belongs to the sentence. */
const URL_END = /[\s"'<>\\^`{|}]/g;
/** A STUN or TURN URI (RFC 7064, RFC 7065), whose query can only be a transport. */
const ICE_URLS = /\b(?:stuns?|turns?):[^\s"'<>\\]+/gi;
/** The only query of such a URI. In a list, other URIs and brackets may follow without a space. */
const TRANSPORT = /^transport=(?:udp|tcp|tls|dtls|sctp)(?=$|[.,;:!)\]}|#])/i;
const ONLY_TRANSPORT = /^transport=(?:udp|tcp|tls|dtls)$/i;
/** Line and column, or punctuation, after an empty query or fragment. */
const ONLY_PLACE = /^(?::\d{1,10}){0,2}[.,;:!)\]}|'`]{0,8}$/;
const LIST_SIGNS = /^[.,;:!)\]}|]*/;
/** A scheme with an authority, or a host with a domain after two slashes: otherwise it is a comment or a division. */
const SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;
const NETWORK_PATH = /^\/\/[\w-]{1,63}(?:\.[\w-]{1,63}){1,16}(?::\d{1,5})?[/?#]/;
/** Line and column after the URL of a script. */
const LINE_AND_COLUMN = /(?::\d{1,10}){1,2}$/;
/** A data URL (RFC 2397): an image or a document. */
const DATA_URLS = /\bdata:[\w.+-]{0,64}(?:\/[\w.+-]{0,64})?(?:;[\w=-]{1,64}){0,8},([^\s"'<>]{8,})/gi;
/** A query after a path without scheme. */
const QUERIES = /(?<=[\w/.~%-])\?([\w.%[\]~-]{1,64}=[^\s"'<>\\&]+(?:&[^\s"'<>\\&]*)*)/g;
const TOKEN_NAME = /token|jwt|auth|secret|password|credential|key/i;

/**
 * Class `pageUrl`: what the URL of a page reveals about its user. In any text: query, fragment, user information and
 * readable path segments of a URL, of any scheme. In the places of page URLs, and in properties that hold a part of a
 * location: the same without scheme and host. Less is reported if the method removes only tokens (`redact`).
 */
export function pageUrlDetector(method: Method, keepSegments: readonly string[]): Detector {
  const tokensOnly = method === 'redact';
  const kept = new Set(keepSegments);
  const isReadable = (segment: string): boolean => {
    // Keys that would be equal after anonymization are numbered: `https://meet.example.com/~2`.
    const name = segment.replace(/~\d{1,9}$/, '');
    return name !== '' && name !== '.' && name !== '..' && !kept.has(name) && !isNeutral(name);
  };

  /** `text` and `start` tell where the URL was found; `hasPath`: whether it certainly has a path. */
  const judge = (url: string, hasPath: boolean, text = url, start = 0): boolean => {
    const parts = /^(?:([a-z][a-z\d+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(url);
    if (parts === null) return true;
    const [, , authority = '', path = '', query = '', fragment = ''] = parts;
    if (query === '' && isTechnicalUrl(text, start, authority, path + (fragment && `#${fragment}`))) return false;
    // After two slashes alone, only the user is certain; a query without a scheme has a pattern of its own.
    if (hasPath && ((!ONLY_TRANSPORT.test(query) && hasValues(query, tokensOnly)) || hasValues(fragment, tokensOnly)))
      return true;
    if (tokensOnly) return false;
    if (/@[\w[]/.test(authority) && !isNeutral(authority.slice(0, authority.lastIndexOf('@')))) return true;
    return hasPath && path.replace(LINE_AND_COLUMN, '').split('/').some(isReadable);
  };

  return {
    class: 'pageUrl',
    triggers: AUTHORITY | ICE_URL | QUERY,
    find(text, place, triggers) {
      const hits: Hit[] = [];
      for (let at = triggers & AUTHORITY ? text.indexOf('//') : -1; at >= 0; ) {
        const hit = urlAround(text, at);
        const url = text.slice(hit.start, hit.end);
        const hasPath = SCHEME.test(url) || (NETWORK_PATH.test(url) && !/[:\w/]/.test(text.charAt(hit.start - 1)));
        const isName = isProtocolUri(text, hit.start, hit.end, place);
        if (!isName && judge(url, hasPath, text, hit.start)) hits.push(hit);
        at = text.indexOf('//', Math.max(hit.end, at + 2));
      }
      if (triggers & ICE_URL && /[?#@]/.test(text)) {
        for (const match of text.matchAll(ICE_URLS)) {
          if (hasOtherQuery(match[0], tokensOnly) || (!tokensOnly && hasUser(match[0]))) {
            hits.push({ start: match.index, end: match.index + match[0].length });
          }
        }
      }
      if (triggers & QUERY) {
        for (const match of text.matchAll(DATA_URLS)) {
          const end = match.index + match[0].length;
          if (!isNeutral(match[1]!)) hits.push({ start: end - match[1]!.length, end });
        }
        for (const match of text.matchAll(QUERIES)) {
          const query = match[1]!.slice(0, withoutProse(match[1]!, 0, match[1]!.length));
          if (hasOtherQuery(`?${query}`, tokensOnly)) {
            hits.push({ start: match.index, end: match.index + match[0].length });
          }
        }
      }
      return hits.length === 0 ? NONE : mergeHits(hits);
    },
    judges: (name) =>
      name === '' || name === 'url' || name === 'origin' || LOCATION_PART.test(name) || ROUTE.test(name),
    judge(text, place) {
      if (isPageAddress(place, text)) return judge(text, true);
      // Two slashes at the beginning of a path are not followed by a host.
      return isLocationPart(place, text) && judge(text.replace(/^\/{2,}/, '/'), true);
    },
  };
}

/** Whether a STUN or TURN URI has a user, which the RFCs do not allow but some clients write. */
function hasUser(uri: string): boolean {
  const at = uri.indexOf('@');
  return at >= 0 && !isNeutral(uri.slice(uri.indexOf(':') + 1, at).replace(/^\/\//, ''));
}

/** Whether a STUN or TURN URI, or any URI of the list that begins with it, has a query other than its transport. */
function hasOtherQuery(uri: string, tokensOnly: boolean): boolean {
  let rest = uri;
  for (;;) {
    const at = rest.search(/[?#]/);
    if (at < 0) return false;
    rest = rest.slice(at + 1);
    const transport = TRANSPORT.exec(rest)?.[0];
    if (transport === undefined) return !ONLY_PLACE.test(rest) && hasValues(rest, tokensOnly);
    rest = rest.slice(transport.length).replace(LIST_SIGNS, '');
  }
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

/**
 * The end without the punctuation of a sentence, and without the bracket that closes a list. A regular expression for
 * this would take quadratic time.
 */
function withoutProse(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && PROSE.includes(text[last - 1]!)) last--;
  // A bracket that was opened in the URL belongs to it.
  const url = text.slice(start, end);
  const closing = url.indexOf(']', Math.max(0, url.lastIndexOf('[')));
  return url.includes('[') && closing >= 0 ? Math.max(last, start + closing + 1) : last;
}

const PROSE = '.,;:!)]';

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

/**
 * Whether the text is in a place of page URLs: the metadata's `url` and `origin`, those of webrtc-internals, and the
 * fourth element of `create` in dumps made by Chromium.
 */
function isPageAddress(place: Place, text: string): boolean {
  // `null` is the origin of a sandboxed page (HTML, section 7.1.1).
  if (place.kind !== 'value' || text === 'null') return false;
  if (place.event === 'metadata') return place.name === 'url' || place.name === 'origin';
  if (place.event === 'create')
    return place.depth === 1 && place.index > 2 && /^(?:\/|[a-z][a-z\d+.-]*:\/\/)/i.test(text);
  return (
    place.event === undefined &&
    (place.name === 'url' || place.name === 'origin') &&
    /^(?:https?|file|chrome-extension):/i.test(text)
  );
}

/** Properties of `Location` and `URL` (HTML, section 7.2.4) without scheme and host. */
const LOCATION_PART = /^(?:path_?name|search|hash|fragment|query_?string|path)$/i;
/** Paths under the names of routers (HTML `document.referrer`, and frameworks). */
const ROUTE = /^(?:route|referr?er|current_?page|(?:page|location|full|url)_?path|request_?ur[il])$/i;
const PAGE = /^(?:.*_)?(?:location|page|url|uri|document|window|connection_?info|referr?er)$/i;

/** Whether the text is the path, query or fragment of a page. `path` may also be one in an API or a file system. */
function isLocationPart(place: Place, text: string): boolean {
  if (place.kind !== 'value' || !(place.isApplication || place.event === 'identity')) return false;
  const name = place.name ?? '';
  if (place.isApplication && ROUTE.test(name)) {
    return /^\/[^/\s]/.test(text) && !isTechnicalTerm(text);
  }
  if (!LOCATION_PART.test(name)) return false;
  if (text.startsWith('?')) return /^(?:search|query)/i.test(name);
  if (text.startsWith('#')) return /^(?:hash|fragment)$/i.test(name);
  if (!text.startsWith('/')) return false;
  return (
    /^path_?name$/i.test(name) ||
    (/^path$/i.test(name) && (PAGE.test(place.holder ?? '') || PAGE.test(place.event ?? '')))
  );
}
