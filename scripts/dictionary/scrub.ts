import { randomInt } from 'node:crypto';
import type { Sample } from './samples.ts';

/**
 * A text that fewer calls have in common is replaced: the texts of a browser or of the protocol are in more of them.
 */
const MIN_CALLS = 12;
/**
 * Words of candidates (RFC 8839, 5.1) and of ICE servers (RFC 7064, RFC 7065), which are rare in calls without servers.
 */
const PROTOCOL_WORDS: ReadonlySet<string> = new Set(
  'srflx relay raddr rport stun turn turns relayProtocol url urls passive tcptype iceServers'.split(' '),
);
/** Runs of letters and digits. */
const TOKEN = /[\p{L}\p{N}]+/gu;
/** Values whose parts are too short to tell calls apart: fingerprints and addresses. */
const COMPOUND = /\b[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){3,63}\b|\b\d{1,3}\.\d{1,3}\.\d{1,3}\.(?:\d{1,3}|x)\b/g;
/** Addresses that say nothing, which descriptions have in many places. */
const UNSPECIFIED = /^(0\.0\.0\.0|127\.0\.0\.1)$/;
/** Shorter numbers are in all calls: sizes, counts and the numbers of properties. */
const MAX_SHORT_DIGITS = 3;

/**
 * Replaces everything that could belong to a person, a device or a call: what few calls have in common becomes random
 * text of the same form, which is a different one at each place.
 */
export function scrub(samples: readonly Sample[]): string[] {
  const calls = new Map<string, Set<string>>();
  for (const { call, text } of samples) {
    for (const [token] of text.matchAll(TOKEN)) {
      const known = calls.get(token);
      if (known === undefined) calls.set(token, new Set([call]));
      else known.add(call);
    }
  }
  const isShared = (token: string): boolean =>
    PROTOCOL_WORDS.has(token) || isShortNumber(token) || calls.get(token)!.size >= MIN_CALLS;
  return samples.map(({ text }) =>
    text
      .replace(TOKEN, (token) => (isShared(token) ? token : randomLike(token)))
      .replace(COMPOUND, (value) => (UNSPECIFIED.test(value) ? value : randomLike(value))),
  );
}

function isShortNumber(token: string): boolean {
  return token.length <= MAX_SHORT_DIGITS && /^\d+$/.test(token);
}

/** Random letters and digits in the places of those of the text. The `x` of a shortened address stays. */
export function randomLike(text: string): string {
  const isHexadecimal = /^[0-9a-f:]+$/i.test(text);
  return text.replace(/\p{L}|\p{N}/gu, (character, index: number) => {
    if (character === 'x' && text[index - 1] === '.') return character;
    if (/\p{N}/u.test(character)) return String(randomInt(10));
    const letter = String.fromCharCode(0x61 + randomInt(isHexadecimal ? 6 : 26));
    return character === character.toUpperCase() ? letter.toUpperCase() : letter;
  });
}
