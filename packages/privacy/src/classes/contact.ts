import type { Role } from '../model/roles.ts';
import { AT, COLON, SEVEN_DIGITS } from '../text/features.ts';
import { eachMatch } from '../text/matches.ts';
import type { SessionMemory } from '../text/session-memory.ts';
import type { Report } from '../text/span.ts';
import { nameBefore, nameBehind } from './display-names.ts';
import { findMatrixIds } from './matrix-ids.ts';
import { findNamesBeforeUris } from './names-before-uris.ts';
import { isMeasure, isPackage } from './technical-numbers.ts';
import type { TextClass } from './text-class.ts';

/**
 * An e-mail address (RFC 5321, with the letters of RFC 6531): the domain has at least two labels, or is an address in
 * brackets. The length limits are those of RFC 5321, section 4.5.3.1: 64 octets for a name, 63 for a label. The two
 * halves are matched from the @, because a search for the name alone reads every word of a text up to 64 times.
 */
const EMAIL_DOMAIN =
  /@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,62}[\p{L}\p{M}\p{N}])?(?:\.[\p{L}\p{M}\p{N}-]{0,62}[\p{L}\p{M}\p{N}])+|\[[0-9a-fA-Fx:.]+\])/uy;
const EMAIL_NAME = /(?:[\p{L}\p{M}\p{N}._%+'=~-]{1,64}|"[^"\r\n@]{1,64}")$/u;
/** Maximum length of `EMAIL_NAME` in UTF-16 units: 64 characters, each of two units, and quotation marks. */
const MAX_NAME_UNITS = 130;
const LOCAL = /[\p{L}\p{M}\p{N}._%+'=~-]/u;
/**
 * E-mail addresses with spaces around the @, a trick against address harvesters. The end must look like a domain, so
 * that `2 cores @ 2.4 GHz` does not match.
 */
const SPACED_EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}\s{1,3}@\s{1,3}(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}])/gu;
/**
 * The user in a URI without an authority (RFC 3261, RFC 7622, RFC 7565, and schemes of calling apps): the part before
 * the host, a number, or with some schemes everything. The host need not be a public domain.
 */
const USER_URI =
  /\b(?:(?:sips?|xmpp|im|acct|mailto|pres):([^\s@:;?"<>\\]{1,128})(?::[^\s@"<>\\]{0,64})?(?=@)|sips?:(\+?\d{6,15})(?![\d.@])|(?:skype|facetime(?:-audio)?):(?:\/\/)?([^\s@:;?"'<>\\/,]{2,128}))/dgi;
/** The index of the last group of `USER_URI`. */
const CALLED = 3;
/** What ends the part of a URI of `skype` or `facetime` in which an @ means that it is an e-mail address. */
const CALLED_END = /[\s?;"'<>\\,]/g;
/** CNAME (RFC 3550, section 6.5.1): endpoints other than browsers use `user@host`. */
const CNAME = /\bcname:([^\s@"\\]{1,64}@[^\s"\\]{1,128})/dgi;

/**
 * Phone numbers as people write them: international, national with a leading zero, North American. A percent-encoded
 * no-break space has two bytes, and the first is decoded as `\u00c2`. Each has what every match contains, because
 * searching for that is faster.
 */
const PHONES: readonly (readonly [pattern: RegExp, sign: string])[] = [
  [/(?<![\w+.])\+\d(?:[\s\u00c2()./-]{0,2}\d){6,14}(?!\d)/g, '+'],
  [/(?<![\w+./-]|\d:)00[1-9](?:[\s\u00c2()./-]{0,2}\d){7,14}(?!\d)/g, '00'],
  [/(?<![\w+./-]|\d:)\(0\d{1,5}\)(?:[\s/-]{0,2}\d){4,10}(?!\d)/g, '(0'],
  [/(?<![\w+./-]|\d[:,])0\d{1,5}(?:[\s/-]\d{2,8}){1,5}(?![\d:.]|-\w)/g, '0'],
  [/(?<![\w+./,-]|\d:|candidate:|foundation:)0[1-9]\d{8,10}(?![\w.:,-])/g, '0'],
  [/(?<![\w+./-]|\d[:,])(?:8[\s-]?\(\d{3}\)[\s-]?\d{3}-\d{2}-\d{2}|\(\d{2}\)\s?\d{4,5}-\d{4})(?![\w:-]|\.\d)/g, '('],
  [/(?<![\w+./-]|\d[:,])(?:1[-.\s])?(?:\(\d{3}\)\s?|\d{3}[-.\s])\d{3}[-.\s]\d{4}(?![\w:-]|\.\d)/g, ''],
];
/** Any number of that length next to a word for a phone. */
const NAMED_PHONE =
  /(?<![\p{L}\p{N}])(?:(?:tele)?phone|telefono?|téléphone|teléfono|телефон|tel|mobile?|móvil|celular|handy|cell|call(?:back|\sme)?|whatsapp|sms|fax|电话|手机|電話)(?:nummer|[\s_-]?(?:no|nr|number|at|on|is))?\.?["']?[\s:=：]{1,3}["']?(\+?\d(?:[\s()./-]{0,2}\d){6,14})(?!\d)/dgiu;
const CARD =
  /(?<![\w.+-])[2-6]\d{3}(?:(\u00c2?\u00a0|[ ._/-]|[ ]{2})\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|[ \u00a0-]\d{6}[ \u00a0-]\d{4,5}|\d{9,15})(?![\w-]|[.,:]\d)/g;
/** Prefixes and lengths of payment card numbers (ISO/IEC 7812-1). Numbers of another form are counters or ids. */
const ISSUED =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:6(?:011|5\d\d|4[4-9]\d)|35(?:2[89]|[3-8]\d))\d{12,15})$/;
const DIGITS = /\d(?:\D{0,3}\d){6}/;

/** E-mail addresses, phone numbers and payment card numbers, in any text. */
export function contact(): TextClass {
  return {
    name: 'contact',
    needs: [AT, SEVEN_DIGITS, COLON],
    whole: {
      place: (text) => (text === '' || text === '[place]' ? text : '[place]'),
      phone: (text) => (/\d/.test(text) ? '[phone]' : undefined),
    },
    find(text, role, report, session) {
      if (text.includes('@')) findEmails(text, report, session);
      if (text.includes(':')) {
        findUsers(text, report);
        findNamesBeforeUris(text, report, session);
        findMatrixIds(text, report);
      }
      if (!DIGITS.test(text) || NUMBERLESS[role]?.test(text)) return;
      if (role === 'sdp') findInDescription(text, report);
      else findNumbers(text, report);
    },
  };
}

/** Roles whose numbers are technical, as long as the text has the expected form. */
const NUMBERLESS: Partial<Record<Role, RegExp>> = {
  candidate:
    /^(?:a=)?candidate:[\w+/]{1,32} \d{1,5} \w{1,16} \d{1,10} \S+ \d{1,5} typ [a-z]{1,16}(?: raddr \S+ rport \d{1,5})?(?: [a-z-]{1,32} [\w+/]{1,64})*$/i,
  // A port has at most five digits.
  address: /^(?!(?:tel|sms|callto):|[a-z]{1,64}(?::|%3a)\d{6}|\d{4}[._-]\d{4}[._-]\d{4})[\w.:%[\]-]*$/i,
  version: /^[\w.]*$/,
};
/** Lines of a session description that may contain personal numbers: all except those that browsers write. */
const FREE_LINE =
  /(?:^|[\r\n])(?![votcmbzr]=|a=(?:candidate|remote-candidates|end-of|ssrc|rtpmap|fmtp|rtcp|extmap|fingerprint|group|mid|msid|ice-|setup|sctp|max-|rid|simulcast|crypto|imageattr|ptime|maxptime|range|source-filter|tls-id|identity))[^\r\n]+/g;

/** Searches only those lines of a session description that may contain personal numbers. */
function findInDescription(text: string, report: Report): void {
  eachMatch(text, FREE_LINE, (match) => {
    const shift = match.index;
    findNumbers(match[0], (start, end, replacement) => report(start + shift, end + shift, replacement));
  });
}

function findEmails(text: string, report: Report, session: SessionMemory): void {
  let last = 0;
  let searched = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', Math.max(at + 1, searched))) {
    EMAIL_DOMAIN.lastIndex = at;
    if (!EMAIL_DOMAIN.test(text)) continue;
    const from = Math.max(searched, at - MAX_NAME_UNITS);
    const name = EMAIL_NAME.exec(text.slice(from, at));
    if (name === null) continue;
    let start = from + name.index;
    searched = EMAIL_DOMAIN.lastIndex;
    // `//user@host` belongs to a URL.
    if (/\/\/[^\s/]*$/.test(text.slice(Math.max(0, start - 60), start))) continue;
    if (isPackage(text.slice(start, searched))) continue;
    // Extend a name that is longer than allowed.
    while (start > last && LOCAL.test(text.charAt(start - 1))) start--;
    last = searched;
    report(start, last, '[email]');
    for (const range of [nameBefore(text, start, text.slice(start, at)), nameBehind(text, last)]) {
      if (range === undefined) continue;
      report(...range, '[name]');
      session.remember(text.slice(...range), { class: 'contact', replacement: '[name]' });
    }
  }
  if (!text.includes('@ ')) return;
  eachMatch(text, SPACED_EMAIL, (match) => report(match.index, match.index + match[0].length, '[email]'));
}

function findUsers(text: string, report: Report): void {
  if (text.includes('@') && text.includes('name:')) group(text, CNAME, '[email]', report);
  if (SCHEME.test(text)) findUserUris(text, report);
}

function findUserUris(text: string, report: Report): void {
  // One search serves all URIs of a run without delimiters: a lookahead in the pattern would read the rest of the run
  // for each of them, which takes quadratic time.
  let runEnd = -1;
  let lastAt = -1;
  eachMatch(text, USER_URI, (match) => {
    const called = match.indices![CALLED];
    if (called !== undefined) {
      if (called[1] > runEnd) {
        CALLED_END.lastIndex = called[1];
        runEnd = CALLED_END.exec(text)?.index ?? text.length;
        lastAt = called[1] + text.slice(called[1], runEnd).lastIndexOf('@');
      }
      if (lastAt >= called[1]) {
        // An e-mail address. Another URI may begin inside.
        USER_URI.lastIndex = match.index + 1;
        return;
      }
    }
    report(...match.indices!.findLast((range) => range !== undefined)!, '[user]');
  });
}

const SCHEME = /\b(?:sips?|xmpp|im|acct|mailto|pres|skype|facetime(?:-audio)?):/i;

/** Replaces the last group of the pattern that matched. */
function group(text: string, pattern: RegExp, replacement: string, report: Report): void {
  eachMatch(text, pattern, (match) => {
    const [start, end] = match.indices!.findLast((range) => range !== undefined)!;
    report(start, end, replacement);
  });
}

function findNumbers(text: string, report: Report): void {
  eachMatch(text, CARD, (match) => {
    const digits = match[0].replaceAll(/\D/g, '');
    if (ISSUED.test(digits) && passesLuhn(digits)) report(match.index, match.index + match[0].length, '[card]');
  });
  for (const [pattern, sign] of PHONES) {
    if (!text.includes(sign)) continue;
    eachMatch(text, pattern, (match) => {
      const end = match.index + match[0].length;
      const digits = match[0].replaceAll(/\D/g, '').length;
      if (digits >= 7 && digits <= 17 && !isMeasure(text, match.index, end)) report(match.index, end, '[phone]');
    });
  }
  eachMatch(text, NAMED_PHONE, (match) => {
    const [start, end] = match.indices![1]!;
    report(start, end, '[phone]');
  });
}

/** The check digit (ISO/IEC 7812-1, annex B). */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
