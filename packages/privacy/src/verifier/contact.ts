import { findOtherAddresses, findOtherNumbers } from './contact-forms.ts';
import { type Detector, type Hit, mergeHits, NONE } from './detector.ts';
import { findNamedUsers } from './names-before-uris.ts';
import { isQuantity } from './quantities.ts';
import { CARD, EMAIL, PHONE } from './triggers.ts';

/**
 * E-mail addresses (RFC 5322) as people write them, with letters of any script (RFC 6531). The length limits are those
 * of RFC 5321, section 4.5.3.1: without them, a long word next to an @ would take quadratic time.
 */
const EMAILS =
  /[\p{L}\p{M}\p{N}.!#$&'*+/=?^_`{|}~-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,62}[\p{L}\p{M}\p{N}])?\.){1,32}\p{L}[\p{L}\p{M}\p{N}-]{0,62}[\p{L}\p{M}\p{N}]/gu;
/** `sdk@4.0.0-canary.next`: a package and its version (Semantic Versioning), not a domain. */
const SOFTWARE = /@\d{1,5}\.\d{1,6}\.\d{1,9}-[a-z]/i;
/** A name left before a replaced address: `Keller, [name] <[email]>`. */
const NAMED_ADDRESS = /(?<![\p{L}\p{M}])\p{Lu}[\p{L}\p{M}'’.-]{1,40}(?:,\s{1,3}\[name\]\s{0,3}|,?\s{1,3})<\[email\]/gu;
/** The user in a URI for calls or messages, even if the host is not a public domain. */
const USERS =
  /\b(?:sips?|xmpp|acct|mailto):(?!\[)[^\s@<>"\\]{1,128}(?=@)|\bsips?:\+?\d{6,15}(?![\d.@])|\b(?:skype|facetime(?:-audio)?):(?:\/\/)?(?![[\s])[\p{L}\p{N}.+_-]{2,}/giu;

interface NumberForm {
  readonly pattern: RegExp;
  readonly digits: readonly [number, number];
}
/**
 * Phone numbers. Digits alone do not count (SSRCs, timestamps, ids): a number has a plus sign (E.164), an international
 * prefix, or groups as in a national notation.
 */
const PHONES: readonly NumberForm[] = [
  { pattern: /(?<![\w.+/-])\+ ?\(?[1-9](?:[ ().\u00a0/-]{0,3}\d){6,14}(?![\w=+]|\/\w)/g, digits: [7, 15] },
  { pattern: /(?<![\w.,+/-]|\d:)00[ -]?[1-9](?:[ ().\u00a0/-]{0,3}\d){6,14}(?![\w.:-])/g, digits: [9, 17] },
  { pattern: /(?<![\w.+/-]|\d:)\(0\d{1,5}\)[ \u00a0/-]?\d{2,8}(?:[ \u00a0/-]\d{2,8}){0,4}(?![\w:])/g, digits: [7, 13] },
  {
    pattern: /(?<![\w.+/(-]|\d:)0[1-9]\d{0,4}[ \u00a0/-]{1,3}\d{2,8}(?:[ \u00a0/-]\d{2,8}){0,4}(?![\w:-])/g,
    digits: [9, 13],
  },
  // Without separators only after a name, because foundations of candidates begin with a zero too.
  { pattern: /(?<=[a-z]{3}:)(?<!candidate:|foundation:)0[1-9]\d{8,10}(?![\w.:,-])/gi, digits: [10, 12] },
  // Russia and Brazil.
  {
    pattern: /(?<![\w.+/-]|\d:)(?:8[ -]?\(\d{3}\)[ -]?\d{3}-\d\d-\d\d|\(\d\d\) ?\d{4,5}-\d{4})(?![\w:-])/g,
    digits: [10, 11],
  },
  { pattern: /(?<![\w.+/(-]|\d:)(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}(?![\w.:-])/g, digits: [10, 10] },
];
const TELEPHONE_URI = /\b(?:tel|sms|callto):\+?[\d().-]{6,}/gi;
const DATE = /^\d{1,2}([/-])\d{1,2}\1\d{2,4}\b|^(?:19|20)\d\d([/-])\d{1,2}\2\d{1,2}\b/;
const PHONE_NAME = /phone|mobile|telefon|msisdn|whatsapp|^(?:tel|cell|fax|sms|callback)(?:_?(?:no|nr|number))?$/i;

/**
 * Payment card numbers: digits in groups, or of the lengths that issuers use, with the prefix of an issuer and the
 * check digit of ISO/IEC 7812-1.
 */
const CARDS = /(?<![\w.+-])(?:\d{13,16}|\d{4}([ \u00a0._/-])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{4,5})(?![\w.-])/g;
const ISSUERS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [16]],
  [/^5[1-5]|^2[2-7]/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|[68])/, [14]],
  [/^6(?:011|5|4[4-9])|^35(?:2[89]|[3-8])/, [16]],
];

/**
 * Class `contact`: e-mail addresses, phone numbers and payment card numbers, in any text. With `dropsCustomEvents`,
 * every application event (name with a colon) is a finding, because it should have been dropped.
 */
export function contactDetector(dropsCustomEvents: boolean): Detector {
  return {
    class: 'contact',
    triggers: EMAIL | PHONE | CARD,
    find(text, _place, triggers) {
      const hits: Hit[] = [];
      if (triggers & EMAIL) {
        for (const match of text.matchAll(EMAILS)) {
          if (!SOFTWARE.test(match[0])) hits.push({ start: match.index, end: match.index + match[0].length });
        }
        for (const pattern of [NAMED_ADDRESS, USERS]) {
          for (const match of text.matchAll(pattern))
            hits.push({ start: match.index, end: match.index + match[0].length });
        }
        findOtherAddresses(text, hits);
      }
      if (triggers & PHONE) {
        findPhones(text, hits);
        findOtherNumbers(text, hits);
      }
      if (triggers & EMAIL) findNamedUsers(text, hits);
      if (triggers & PHONE) findPhones(text, hits);
      if (triggers & CARD) {
        for (const match of text.matchAll(CARDS)) {
          if (isCard(match[0])) hits.push({ start: match.index, end: match.index + match[0].length });
        }
      }
      return hits.length === 0 ? NONE : mergeHits(hits);
    },
    judges: (name) => PHONE_NAME.test(name) || (dropsCustomEvents && name === ''),
    judge(text, place) {
      if (!PHONE_NAME.test(place.name ?? '')) return place.depth === 1 && place.index === 0 && text.startsWith(':');
      return text.replaceAll(/\D/g, '').length >= 6 && /^[\d\s().,/+-]+$/.test(text);
    },
  };
}

function findPhones(text: string, hits: Hit[]): void {
  for (const { pattern, digits } of PHONES) {
    for (const match of text.matchAll(pattern)) {
      const count = match[0].replaceAll(/\D/g, '').length;
      if (count < digits[0] || count > digits[1] || DATE.test(match[0])) continue;
      if (isQuantity(text, match.index, match.index + match[0].length)) continue;
      hits.push({ start: match.index, end: match.index + match[0].length });
    }
  }
  for (const match of text.matchAll(TELEPHONE_URI))
    hits.push({ start: match.index, end: match.index + match[0].length });
}

function isCard(written: string): boolean {
  const digits = written.replaceAll(/\D/g, '');
  if (!ISSUERS.some(([prefix, lengths]) => prefix.test(digits) && lengths.includes(digits.length))) return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    sum += at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}
