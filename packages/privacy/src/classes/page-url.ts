import { isPseudonym, type Pseudonyms } from '../pseudonyms/pseudonym.ts';
import { eachMatch } from '../text/matches.ts';
import type { Report } from '../text/span.ts';
import { isPlainUri, isTechnicalUri } from './technical-uris.ts';
import type { TextClass } from './text-class.ts';

/** A URL with an authority (RFC 3986). Surrounding prose is cut off at the end. */
const URL_WITH_AUTHORITY = /(?<![A-Za-z])[a-z][a-z0-9+.-]{1,30}:\/\/([^\s"<>\\]*)/dgi;
/**
 * A network-path reference (RFC 3986, section 4.2). The host must have a domain, because comments begin with slashes
 * too.
 */
const NETWORK_PATH =
  /(?<![:\w/])\/\/((?:[^\s"<>\\/?#@]{1,128}@)?[\w-]{1,63}(?:\.[\w-]{1,63})+(?::\d{1,5})?[/?#][^\s"<>\\]*)/dgi;
/**
 * The user of an authority without scheme or after another word: `x//anna@host`. The class `contact` leaves it to
 * this one.
 */
const USER_INFORMATION = /\/\/((?:[^\s"<>\\/?#@]{1,128}@){1,8})(?=[\w[])/dgi;
/** A STUN or TURN URI (RFC 7064, RFC 7065): `turn:host:port?transport=udp`, without slashes. */
const ICE_SERVER = /(?<![A-Za-z])(?:stun|turn)s?:(?!\/\/)([^\s"'<>\\]+)/dgi;
const DATA_URL = /\bdata:[\w.+-]*(?:\/[\w.+-]*)?(?:;[\w=-]+)*,([^\s"'<>]{8,})/dgi;
/** A query after a path without scheme: `GET /join?user=anna`, `meet.example.com/r?user=anna`. */
const QUERY = /(?<=[\w/.~%-])\?(?!transport=(?:udp|tcp|tls|dtls)\b(?![&#]))[\w.%[\]~-]{1,64}=[^\s"<>\\]*/gi;
const PROSE_END = /(?:(?<![.,;!)\]}'`|])[.,;!)\]}'`|]+|(?::\d+){1,2}[.,;!)\]}'`|]*)$/;
const TRANSPORT = /^\?transport=(?:udp|tcp|tls|dtls)$/i;
/** Options of the class `pageUrl`. */
export interface UrlRules {
  /** Pseudonymizes path segments; null: only the origin is kept. */
  readonly pseudonyms: Pseudonyms | null;
  /** Segments that the operator keeps, such as `room`. */
  readonly keepSegments: ReadonlySet<string>;
}

/**
 * URLs of pages: the path names rooms and persons, the query has tokens and names, and errors quote the whole. Scheme,
 * host and port are kept.
 */
export function pageUrl(rules: UrlRules): TextClass {
  return {
    name: 'pageUrl',

    find(text, role, report) {
      if (role === 'path' && !text.includes('://')) {
        reportPath(text, 0, text.length, rules, report);
        return;
      }
      if (text.includes('//')) {
        eachMatch(text, URL_WITH_AUTHORITY, (match) => {
          const start = match.indices![1]![0];
          const end = quotedEnd(text, match.index, match.indices![1]![1]);
          const isName = role === 'protocolName' && isPlainUri(text.slice(start, end));
          if (!isName && !isTechnicalUri(text, start, end)) reportUrl(text, start, end, rules, report);
        });
        eachMatch(text, NETWORK_PATH, (match) => {
          const [start, end] = match.indices![1]!;
          reportUrl(text, start, quotedEnd(text, match.index, end), rules, report);
        });
        if (text.includes('@')) {
          eachMatch(text, USER_INFORMATION, (match) => report(...match.indices![1]!, ''));
        }
      }
      if (text.includes('?') && text.includes('=')) {
        eachMatch(text, QUERY, (match) => report(match.index, match.index + match[0].length, ''));
      }
      if (!text.includes(':')) return;
      if (text.includes('stun') || text.includes('turn')) {
        eachMatch(text, ICE_SERVER, (match) => reportIceServer(text, ...match.indices![1]!, report));
      }
      if (text.includes('data:')) {
        eachMatch(text, DATA_URL, (match) => report(...match.indices![1]!, '[removed]'));
      }
    },
  };
}

/** The end of a URL in quotation marks; URLs in other texts may contain these characters. */
function quotedEnd(text: string, begin: number, end: number): number {
  const quote = text.charAt(begin - 1);
  if (quote !== "'" && quote !== '`') return end;
  const closing = text.indexOf(quote, begin);
  return closing < 0 || closing > end ? end : closing;
}

/**
 * Where the punctuation of the sentence around a URL begins: `https://h/a: failed` has a colon, but `https://h/#::`
 * two.
 */
function proseStart(url: string): number {
  const end = url.endsWith(':') && !url.endsWith('::') ? url.length - 1 : url.length;
  return end - (PROSE_END.exec(url.slice(0, end))?.[0].length ?? 0);
}

function reportUrl(text: string, start: number, end: number, rules: UrlRules, report: Report): void {
  const rest = text.slice(start, end);
  const path = rest.search(/[/?#]/);
  const authority = path < 0 ? rest : rest.slice(0, path);
  const at = authority.lastIndexOf('@');
  if (at >= 0) report(start, start + at + 1, '');
  if (path >= 0) reportPath(text, start + path, start + proseStart(rest), rules, report);
}

/** Reports path, query and fragment. `start` is the position of the first slash, question mark or number sign. */
function reportPath(text: string, start: number, end: number, rules: UrlRules, report: Report): void {
  const part = text.slice(start, end);
  const query = part.search(/[?#]/);
  const path = query < 0 ? part : part.slice(0, query);
  if (query >= 0) report(start + query, end, '');
  if (rules.pseudonyms === null) {
    if (path.length > 1) report(start, start + path.length, '/');
    return;
  }
  let at = start;
  for (const segment of path.split('/')) {
    if (
      segment !== '' &&
      !rules.keepSegments.has(segment) &&
      !isPseudonym(segment) &&
      segment !== '.' &&
      segment !== '..'
    ) {
      report(at, at + segment.length, rules.pseudonyms.of('path', segment));
    }
    at += segment.length + 1;
  }
}

function reportIceServer(text: string, start: number, end: number, report: Report): void {
  const rest = text.slice(start, end);
  const at = rest.lastIndexOf('@');
  if (at >= 0) report(start, start + at + 1, '');
  const query = rest.search(/[?#]/);
  if (query >= 0 && !TRANSPORT.test(rest.slice(query).replace(/(?<![.,;!)\]])[.,;!)\]]+$/, '')))
    report(start + query, end, '');
}
