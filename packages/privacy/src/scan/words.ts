import { choice, type Expression, many, oneOf, optional, sequence, some, text, upTo } from './expression.ts';

/** Building blocks of technical strings, which are the closed content of lines. */
export const DIGIT: Expression = oneOf('0-9');
export const DIGITS: Expression = some(DIGIT);
export const LETTER: Expression = oneOf('A-Za-z');
export const HEX: Expression = oneOf('0-9A-Fa-f');
export const WORD: Expression = oneOf('A-Za-z0-9_/');

/**
 * A string that cannot be an address in any notation, a name with a domain, a URL, a phone number, a payment card
 * number, a token or a date. It has no dot, colon, space, plus sign or escape; dashes only between letters, once
 * between short numbers (`60-0`), or in a UUID.
 */
export function technical(): Expression {
  const few = sequence(upTo(6, DIGIT), text('-'), upTo(4, DIGIT));
  return choice(ids(), words(), few, integers(), uuid(), upTo(MAX_DIGITS, oneOf('A-Za-z0-9_')), ...CIPHERS.map(text));
}

/** Cipher suites as named in statistics (IANA registries: TLS cipher suites, DTLS-SRTP protection profiles). */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'SRTP_AES128_CM_HMAC_SHA1_80',
  'SRTP_AES128_CM_HMAC_SHA1_32',
  'SRTP_AEAD_AES_128_GCM',
  'SRTP_AEAD_AES_256_GCM',
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
];

/**
 * `IT01V3667201911`, `audio/opus`, `PC_0`: no more digits in a row than an SSRC or a timestamp has, no slash after a
 * digit, no longer than ids are.
 */
export function ids(): Expression {
  const letters = oneOf('A-Za-z_');
  const digits = upTo(MAX_DIGITS, DIGIT);
  return choice(
    sequence(
      optional(sequence(some(letters), text('/'))),
      upTo(12, letters),
      digits,
      optional(sequence(letters, upTo(2, letters), digits)),
    ),
    many(letters),
  );
}

/** Payment card numbers have at least 12 digits (ISO/IEC 7812-1). */
const MAX_DIGITS = 11;

/**
 * `have-local-offer`: each word has letters only, and at least three after a dash, so that no dashed IP or MAC address
 * matches.
 */
export function words(): Expression {
  const word = sequence(LETTER, LETTER, some(LETTER));
  return sequence(some(LETTER), upTo(3, sequence(text('-'), word)));
}

/** A UUID (RFC 9562), with or without braces. */
export function uuid(): Expression {
  const group = (digits: number): Expression => sequence(...Array.from({ length: digits }, () => HEX));
  const plain = sequence(group(8), ...[4, 4, 4, 12].flatMap((digits) => [text('-'), group(digits)]));
  return choice(plain, sequence(text('{'), plain, text('}')));
}

/** Comma-separated integers, as in `googTimingFrameInfo`. */
function integers(): Expression {
  const integer = sequence(optional(text('-')), DIGIT, upTo(MAX_DIGITS, DIGIT));
  return sequence(integer, some(sequence(text(','), integer)));
}

/** A JSON number (RFC 8259, section 6). */
export function number(): Expression {
  const whole = choice(text('0'), sequence(oneOf('1-9'), many(DIGIT)));
  const fraction = sequence(text('.'), DIGITS);
  const exponent = sequence(oneOf('eE'), optional(oneOf('+\\-')), DIGITS);
  return sequence(optional(text('-')), whole, optional(fraction), optional(exponent));
}
