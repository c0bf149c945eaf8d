import type { Role } from '../events/roles.ts';
import type { SessionMemory } from '../session-memory.ts';
import { AT, SEVEN_DIGITS } from '../text/features.ts';
import { eachMatch } from '../text/matches.ts';
import type { Report } from '../text/span.ts';
import type { TextClass } from './text-class.ts';

/**
 * RFC 5321 with the letters of RFC 6531; a domain of at least two labels, or an address in brackets. Its limits (4.5.3.1: 64 octets of a name, 63 of
 * a label) keep the time linear.
 */
const EMAIL =
  /(?:[\p{L}\p{N}._%+'=~-]{1,64}|"[^"\r\n@]{1,64}")@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}[\p{L}\p{N}])?(?:\.[\p{L}\p{N}-]{0,62}[\p{L}\p{N}])+|\[[0-9a-fA-Fx:.]+\])/gu;
/** With spaces around the sign, against collectors of addresses; only what ends like a domain, or `2 cores @ 2.4 GHz` would be one. */
const SPACED_EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}\s{1,3}@\s{1,3}(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}])/gu;
/** The name that stands before an address in angle brackets (RFC 5322, 3.4). */
const DISPLAY_NAME = /(?:"([^"<>@]{2,60})"|((?:\p{Lu}[\p{L}\p{M}'’.-]*\s+){0,3}\p{Lu}[\p{L}\p{M}'’.-]*))\s*<$/u;

/**
 * Numbers as people write them: international, national with its leading zero, North American. A no-break space in percent-encoding has two
 * bytes, the first of which reads as `\u00c2`.
 */
const PHONES = [
  /(?<![\w+.])\+\d(?:[\s\u00c2()./-]{0,2}\d){6,14}(?!\d)/g,
  /(?<![\w+./-]|\d:)00[1-9](?:[\s\u00c2()./-]{0,2}\d){7,14}(?!\d)/g,
  /(?<![\w+./-]|\d:)\(0\d{1,5}\)(?:[\s/-]{0,2}\d){4,10}(?!\d)/g,
  /(?<![\w+./,-]|\d:)0\d{1,5}(?:[\s/-]\d{2,8}){1,5}(?![\d:.]|-\w)/g,
  /(?<![\w+.:/,-])0[1-9]\d{8,10}(?![\w.:,-])/g,
  /(?<![\w+./,-]|\d:)(?:1[-.\s])?(?:\(\d{3}\)\s?|\d{3}[-.\s])\d{3}[-.\s]\d{4}(?![\w:-]|\.\d)/g,
];
/** Any number of that length next to a word that says what it is. */
const NAMED_PHONE =
  /\b(?:phone|telephone|tel|mobile|cell|call(?:back|\sme)?|whatsapp|sms|fax)(?:\s?(?:no|number|at|on|is))?\.?[\s:=]{1,3}(\+?\d(?:[\s()./-]{0,2}\d){6,14})(?!\d)/dgi;
const CARD =
  /(?<![\w.+-])[2-6]\d{3}(?:(\u00c2?\u00a0|[ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|[ \u00a0-]\d{6}[ \u00a0-]\d{4,5}|\d{9,15})(?![\w-]|[.,:]\d)/g;
/** ISO/IEC 7812-1: which numbers issuers give out, and of how many digits; a number of another form is some counter. */
const ISSUED =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:6(?:011|5\d\d|4[4-9]\d)|35(?:2[89]|[3-8]\d))\d{12,15})$/;
const DIGITS = /\d(?:\D{0,3}\d){6}/;

/** E-mail addresses, phone numbers and payment cards, in any text. */
export function contact(): TextClass {
  return {
    name: 'contact',
    needs: [AT, SEVEN_DIGITS],
    whole: {
      phone: (text) => (/\d/.test(text) ? '[phone]' : undefined),
    },
    find(text, role, report, session) {
      if (text.includes('@')) findEmails(text, report, session);
      if (!DIGITS.test(text) || NUMBERLESS[role]?.test(text)) return;
      if (role === 'sdp') findInDescription(text, report);
      else findNumbers(text, report);
    },
  };
}

/** Places where numbers are numbers, as long as what stands there has the form that belongs there. */
const NUMBERLESS: Partial<Record<Role, RegExp>> = {
  candidate:
    /^(?:a=)?candidate:[\w+/]{1,32} \d{1,5} \w{1,16} \d{1,10} \S+ \d{1,5} typ [a-z]{1,16}(?: raddr \S+ rport \d{1,5})?(?: [a-z-]{1,32} [\w+/]{1,64})*$/i,
  address: /^(?!(?:tel|sms|callto):)[\w.:%[\]-]*$/i,
  version: /^[\w.]*$/,
};
/** Lines of a description whose numbers are numbers: all that browsers write, but for attributes of the application's own. */
const FREE_LINE =
  /(?:^|[\r\n])(?![votcmbzr]=|a=(?:candidate|remote-candidates|end-of|ssrc|rtpmap|fmtp|rtcp|extmap|fingerprint|group|mid|msid|ice-|setup|sctp|max-|rid|simulcast|crypto|imageattr|ptime|maxptime|range|source-filter|tls-id|identity))[^\r\n]+/g;

/** Numbers of people in lines that say something in words. */
function findInDescription(text: string, report: Report): void {
  eachMatch(text, FREE_LINE, (match) => {
    const shift = match.index;
    findNumbers(match[0], (start, end, replacement) => report(start + shift, end + shift, replacement));
  });
}

function findEmails(text: string, report: Report, session: SessionMemory): void {
  eachMatch(text, EMAIL, (match) => {
    // `//user@host` is a URL's.
    if (/\/\/[^\s/]*$/.test(text.slice(Math.max(0, match.index - 60), match.index))) return;
    report(match.index, match.index + match[0].length, '[email]');
    const before = text.slice(Math.max(0, match.index - 80), match.index);
    const name = DISPLAY_NAME.exec(before);
    if (name === null) return;
    const person = name[1] ?? name[2]!;
    const start = match.index - before.length + name.index + (name[1] === undefined ? 0 : 1);
    report(start, start + person.length, '[name]');
    session.remember(person, { class: 'contact', replacement: '[name]' });
  });
  if (!text.includes('@ ')) return;
  eachMatch(text, SPACED_EMAIL, (match) => report(match.index, match.index + match[0].length, '[email]'));
}

function findNumbers(text: string, report: Report): void {
  eachMatch(text, CARD, (match) => {
    const digits = match[0].replaceAll(/\D/g, '');
    if (ISSUED.test(digits) && passesLuhn(digits)) report(match.index, match.index + match[0].length, '[card]');
  });
  for (const pattern of PHONES) {
    eachMatch(text, pattern, (match) => {
      const digits = match[0].replaceAll(/\D/g, '').length;
      if (digits >= 7 && digits <= 17) report(match.index, match.index + match[0].length, '[phone]');
    });
  }
  eachMatch(text, NAMED_PHONE, (match) => {
    const [start, end] = match.indices![1]!;
    report(start, end, '[phone]');
  });
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
