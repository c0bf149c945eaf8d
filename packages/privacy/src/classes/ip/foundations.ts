import { eachMatch } from '../../text/matches.ts';
import type { SessionKey } from '../../text/session-key.ts';
import type { Report } from '../../text/span.ts';

/**
 * Foundations of ICE candidates (RFC 8445, section 5.1.1.3). Two candidates have the same foundation if they have the
 * same type, base address, protocol and server. Many stacks simply hash these: CRC-32 in Chromium up to 106, Safari and
 * pion, MD5 in aioice and werift; pjnath and libre write the address itself in hexadecimal. The rest of a masked
 * address then takes 256 tries. So a foundation is replaced by a keyed value, which can still be compared.
 */

/**
 * Letters that are not hexadecimal digits. With the leading `f` they cannot be a hash or a number in any notation, so
 * the replacement is recognized: by the verifier, and here when a dump is anonymized again.
 */
const ALPHABET = 'ghijklmnopqrstuvwxyz';
const LETTERS = 9;
const REPLACED = new RegExp(`^f[${ALPHABET}]{${LETTERS}}$`);
/**
 * Counters, as Firefox, libnice and ice4j use them, reveal nothing, and two in a million CRC-32 sums are as short. They
 * stay, because they tell one of these stacks from others.
 */
const COUNTER = /^\d{1,4}$/;
/** `ice-char` (RFC 8839, section 5.1) and what else stacks write: signs, URL-safe and padded Base64, addresses. */
const TOKEN = String.raw`[\w+/=.-]{1,128}`;
const WHOLE = new RegExp(`^${TOKEN}$`);
/** As the standard has it. */
const ICE_CHARS = /^[\w+/]{1,32}$/;
/** Forms of hashes and addresses that are recognized without a candidate around them. */
const HASH = String.raw`(?:\d{7,10}|[HSPR]?[0-9a-f]{6,8}|[0-9a-f]{25,32})(?![\w+/=.-])`;

/** The patterns, each with the foundation as its first group, and whether that must have a digit. */
const PATTERNS: readonly (readonly [pattern: RegExp, needsDigit: boolean])[] = [
  // `candidate:842163049 1 udp …`, also with old or broken forms of the rest.
  [new RegExp(String.raw`(?<!\w)candidate:[ \t]?(${TOKEN})[ \t]{1,4}\d`, 'dgi'), false],
  // The same torn off after the foundation.
  [new RegExp(String.raw`(?<!\w)candidate["']?[:=][ \t]{0,4}["']?(${HASH})`, 'dgi'), true],
  // A candidate without its prefix: foundation, component, transport, priority.
  [
    /(?<![\w+/.-])([\w+/.-]{1,128}={0,2})[ \t]{1,4}\d{1,5}[ \t]{1,4}(?:udp|tcp|ssltcp|tls)[ \t]{1,4}\d{5,10}(?!\w)/dgi,
    true,
  ],
  // The same in a query string.
  [/(?<![\w/.-])([\w/.-]{1,128})\+\d{1,5}\+(?:udp|tcp|ssltcp|tls)\+\d/dgi, false],
  // `Cand[audio:842163049:1:udp:…` or `Cand[:842163049:…` in the logs of libwebrtc (Candidate::ToString).
  [new RegExp(String.raw`(?<!\w)cand\[(?:[^:\]\s]{0,64}:)?(${TOKEN}):\d{1,5}:(?:udp|tcp|ssltcp|tls):`, 'dgi'), false],
  // `foundation: 842163049`, `foundation="842163049"`, `foundation 842163049`.
  [new RegExp(String.raw`foundation["'\\]{0,4}[ \t]{0,4}[:=][ \t]{0,4}["'\\]{0,4}(${TOKEN})`, 'dgi'), true],
  [new RegExp(String.raw`foundation[^\w+/]{1,8}(${HASH})`, 'dgi'), true],
];
/** Weaker than every pattern. */
const MAY_MATCH = /cand(?:idate|\[)|foundation|[ +\t](?:udp|(?:ssl)?tcp|tls)[ +\t]\d/i;

/** The replacement of a foundation; the same text if it stays; undefined if the text cannot be a foundation. */
export function replacedFoundation(text: string, key: SessionKey): string | undefined {
  if (COUNTER.test(text) || REPLACED.test(text)) return text;
  if (!WHOLE.test(text)) return undefined;
  const digest = key.digest('foundation', text);
  let replacement = 'f';
  for (let i = 0; i < LETTERS; i++) replacement += ALPHABET.charAt(digest[i]! % ALPHABET.length);
  return replacement;
}

/** Whether the whole text may be a foundation, in the forms that `replacedFoundation` takes. */
export function isFoundation(text: string): boolean {
  return WHOLE.test(text);
}

/** Whether the whole text may be a foundation by the standard. */
export function isStandardFoundation(text: string): boolean {
  return ICE_CHARS.test(text);
}

/** Finds foundations in candidates of any notation, and beside the word. */
export function findFoundations(text: string, key: SessionKey, report: Report): void {
  if (!MAY_MATCH.test(text)) return;
  for (const [pattern, needsDigit] of PATTERNS) {
    eachMatch(text, pattern, (match) => {
      const written = match[1]!;
      if (needsDigit && !/\d/.test(written)) return;
      const clean = replacedFoundation(written, key);
      if (clean !== undefined && clean !== written) report(...match.indices![1]!, clean);
    });
  }
}
