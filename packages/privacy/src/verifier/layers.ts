import { ENCODED } from './triggers.ts';

/**
 * Undoes one layer of all encodings that can hide a text: JSON and JavaScript escapes, percent-encoding, character
 * references, look-alike and invisible characters. Returns undefined if there is none. Each layer is shorter than the
 * one before, so repeated calls end. `plain`: the text is known to have no unusual characters.
 */
export function peelLayer(text: string, triggers: number, plain: boolean): string | undefined {
  if (plain && (triggers & ENCODED) === 0) return undefined;
  let peeled = text;
  if (peeled.includes('\\')) peeled = peeled.replace(ESCAPE, decodeEscape);
  if (peeled.includes('%')) peeled = peeled.replace(PERCENT_ENCODED, percentDecode);
  if (peeled.includes('#01')) peeled = peeled.replace(SYSLOG, (_, digit: string) => SYSLOG_CONTROLS[digit]!);
  if (peeled.includes('&')) {
    peeled = peeled.replace(CHARACTER_REFERENCE, dereference).replace(ENTITY, (_, name: string) => ENTITIES.get(name)!);
  }
  if (!plain || peeled !== text) {
    if (UNUSUAL.test(peeled)) peeled = peeled.replace(INVISIBLE, '').replace(OTHER_FORM, toAscii);
  }
  return peeled === text ? undefined : peeled;
}

/** Whether a line of `bytes` bytes may have characters outside plain ASCII, directly or escaped. */
export function mayBeUnusual(text: string, bytes: number): boolean {
  return text.length !== bytes || text.includes('\\u') || text.includes('\0');
}

const ESCAPE = /\\(?:u([\da-fA-F]{4})|u\{([\da-fA-F]{1,6})\}|x([\da-fA-F]{2})|([^ux]))/g;
/** Syslog daemons write a tab, a line feed and a carriage return in octal. */
const SYSLOG = /#01([125])/g;
const SYSLOG_CONTROLS: Readonly<Record<string, string>> = { '1': '\t', '2': '\n', '5': '\r' };
const PERCENT_ENCODED = /(?:%[\da-fA-F]{2})+/g;
const CHARACTER_REFERENCE = /&#(?:(\d{1,7})|[xX]([\da-fA-F]{1,6}));/g;
/** HTML references for the characters of addresses and phone numbers. */
const ENTITIES = new Map([
  ['commat', '@'],
  ['quot', '"'],
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['period', '.'],
  ['colon', ':'],
  ['plus', '+'],
  ['sol', '/'],
  ['lpar', '('],
  ['rpar', ')'],
  ['nbsp', ' '],
]);
const ENTITY = /&(commat|period|colon|plus|sol|lpar|rpar|nbsp|quot|lt|gt|amp);/g;
/** Zero-width characters, soft hyphens, direction marks; also NUL and similar, which UTF-16 has after each letter. */
const INVISIBLE = /[\u0000-\u0008\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
/** Ideographic full stops, full-width forms, typographic dashes and spaces, Arabic-Indic and Indic digits. */
const OTHER_FORM =
  /[\u2010-\u2015\u2212\u2000-\u200a\u202f\u205f\u3000\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u3002\uff01-\uff5e\uff61]/g;
const UNUSUAL = new RegExp(`${INVISIBLE.source}|${OTHER_FORM.source}`);
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: ' ', f: ' ' };

function decodeEscape(_: string, unit?: string, point?: string, byte?: string, single?: string): string {
  if (single !== undefined) return CONTROLS[single] ?? single;
  return fromCodePoint(Number.parseInt(unit ?? point ?? byte ?? '', 16));
}

const UTF8 = new TextDecoder();

function percentDecode(run: string): string {
  const bytes = new Uint8Array(run.length / 3);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(run.slice(index * 3 + 1, index * 3 + 3), 16);
  }
  return UTF8.decode(bytes);
}

function dereference(_: string, decimal?: string, hexadecimal?: string): string {
  return fromCodePoint(decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number(decimal));
}

function fromCodePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
}

function toAscii(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  if (code === 0x3002 || code === 0xff61) return '.';
  // The digits of these scripts begin at a code whose last hex digit is 0 or 6.
  if (code < 0x0a00) return String((code & 15) - (code < 0x0670 || (code >= 0x06f0 && code < 0x0700) ? 0 : 6));
  return (code >= 0x2010 && code <= 0x2015) || code === 0x2212 ? '-' : ' ';
}
