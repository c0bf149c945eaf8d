import { type Detector, type Hit, mergeHits, NONE } from './detector.ts';
import { ADDRESS_FIELD, IPV4, IPV6, PRIVATE_DOMAIN } from './triggers.ts';

/**
 * Foundations of ICE candidates, class `ipAddresses`. Many stacks compute them from the address, so that a masked
 * address can be found again. A replaced foundation is `f` and nine letters from g to z, which no stack writes; the
 * counters of other stacks are short. Any other foundation is reported, whether or not an address can be computed from
 * it: that also covers addresses behind mDNS names and in private networks, without trying millions of them.
 */
/**
 * Also a pseudonym, which can stand there when a candidate follows other text. A path may lead to it, but only one of
 * words and pseudonyms: digits before the slash could be a foundation.
 */
const ALLOWED =
  /^(?:\d{1,4}|f[g-z]{9}|(?:(?!(?:[HSPR]?[a-f]{6,8})\/)(?:[A-Za-z_.+-]{0,32}|[a-z]{2,16}-[\da-f]{10})\/){0,8}[a-z]{2,16}-[\da-f]{10})$/;
const FOUNDATION = '[A-Za-z0-9+/=_.-]{1,128}';
/** Numbers and hexadecimal digits that look like a sum, an address or an MD5 hash. */
const SUM = '(?:[0-9]{7,10}|[HSPR]?[0-9a-f]{6,8}|[0-9a-f]{25,32})(?![A-Za-z0-9+/=_.-])';
const COMPONENT = '[0-9]{1,5}';
const TRANSPORT = '(?:udp|tcp|ssltcp|tls)';

/**
 * The notations of a candidate. Group 1 is the foundation; `D`: it must have a digit, because a word may be there. The
 * last expression, if any, finds something in every text with this notation, and is faster.
 */
const NOTATIONS: readonly (readonly [notation: RegExp, digit: 'D' | '', needs?: RegExp])[] = [
  [new RegExp(`(?<![A-Za-z0-9_])candidate:[ \\t]?(${FOUNDATION})[ \\t]{1,4}[0-9]`, 'dgi'), ''],
  [new RegExp(`(?<![A-Za-z0-9_])candidate["']?[:=][ \\t]{0,4}["']?(${SUM})`, 'dgi'), 'D'],
  [
    new RegExp(
      `(?<![A-Za-z0-9+/_.-])([A-Za-z0-9+/_.-]{1,128}={0,2})[ \\t]{1,4}${COMPONENT}[ \\t]{1,4}${TRANSPORT}[ \\t]{1,4}[0-9]{5,10}(?![A-Za-z0-9_])`,
      'dgi',
    ),
    'D',
  ],
  [new RegExp(`(?<![A-Za-z0-9/_.-])([A-Za-z0-9/_.-]{1,128})\\+${COMPONENT}\\+${TRANSPORT}\\+[0-9]`, 'dgi'), '', /\+/],
  [
    new RegExp(`(?<![A-Za-z0-9_])cand\\[(?:[^:\\]\\s]{0,64}:)?(${FOUNDATION}):${COMPONENT}:${TRANSPORT}:`, 'dgi'),
    '',
    /cand\[/i,
  ],
  [
    new RegExp(`foundation["'\\\\]{0,4}[ \\t]{0,4}[:=][ \\t]{0,4}["'\\\\]{0,4}(${FOUNDATION})`, 'dgi'),
    'D',
    /foundation/i,
  ],
  [new RegExp(`foundation[^A-Za-z0-9_+/]{1,8}(${SUM})`, 'dgi'), 'D', /foundation/i],
];
const PROPERTY = /foundations?$/i;
const WHOLE = new RegExp(`^${FOUNDATION}$`);

/** Finds foundations that were not replaced. */
export const foundationDetector: Detector = {
  class: 'ipAddresses',
  // A candidate has an address, which is masked, or a name; native logs separate its parts by colons.
  triggers: ADDRESS_FIELD | IPV4 | IPV6 | PRIVATE_DOMAIN,
  find(text) {
    if (!MAY_MATCH.test(text)) return NONE;
    const hits: Hit[] = [];
    for (const [notation, digit, needs] of NOTATIONS) {
      if (needs !== undefined && !needs.test(text)) continue;
      notation.lastIndex = 0;
      // `matchAll` would copy the expression each time.
      for (let match = notation.exec(text); match !== null; match = notation.exec(text)) {
        const { 1: foundation, indices } = match;
        if (ALLOWED.test(foundation!) || (digit === 'D' && !/[0-9]/.test(foundation!))) continue;
        const [start, end] = indices![1]!;
        hits.push({ start, end });
      }
    }
    return hits.length === 0 ? NONE : mergeHits(hits);
  },
  judges: (name) => PROPERTY.test(name),
  judge: (text) => WHOLE.test(text) && !ALLOWED.test(text),
};

const MAY_MATCH = /cand(?:idate|\[)|foundation|[ +\t](?:udp|tcp|ssltcp|tls)[ +\t]/i;
