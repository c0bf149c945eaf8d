/** Notations of addresses and numbers besides the usual ones of contact.ts. All patterns take linear time. */

import type { Hit } from './detector.ts';

/** A quoted user (RFC 5321, section 4.1.2), and an address with spaces around the @. */
const ADDRESSES = [
  /"[^"\\\r\n@]{1,64}"@[\p{L}\p{N}][\p{L}\p{N}.-]{1,253}/gu,
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}\s{1,3}@\s{1,3}(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}])/gu,
  // CNAME (RFC 3550, section 6.5.1): endpoints other than browsers write `user@host`.
  /\bcname:(?!\[)[^\s@"\\]{1,64}@(?!\[)[^\s"\\]{1,128}/gi,
];
/** A number after a word for a phone. */
const NAMED_NUMBERS =
  /(?<![\p{L}\p{N}])(?:(?:tele)?phone|telefono?|t\u00e9l\u00e9phone|tel\u00e9fono|телефон|tel|mobile|m\u00f3vil|celular|handy|whatsapp|fax|电话|手机|電話)(?:nummer|[\s_-]?(?:no|nr|number))?\.?["']?[\s:=：]{1,3}["']?\+?(\d(?:[\s()./-]{0,2}\d){6,14})(?![\d%])/giu;
/** North America with its country code: `1-800-555-0100`. */
const LONG_DISTANCE = /(?<![\w.,+/-]|\d:)1[-. ](?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w:-]|\.\d)/g;
const DATE = /^(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}/;

export function findOtherAddresses(text: string, hits: Hit[]): void {
  for (const pattern of ADDRESSES) {
    for (const match of text.matchAll(pattern)) hits.push({ start: match.index, end: match.index + match[0].length });
  }
}

export function findOtherNumbers(text: string, hits: Hit[]): void {
  for (const match of text.matchAll(NAMED_NUMBERS)) {
    const end = match.index + match[0].length;
    if (!DATE.test(match[1]!)) hits.push({ start: end - match[1]!.length, end });
  }
  for (const match of text.matchAll(LONG_DISTANCE)) {
    hits.push({ start: match.index, end: match.index + match[0].length });
  }
}
