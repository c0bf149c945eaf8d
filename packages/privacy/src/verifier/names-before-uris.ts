import type { Hit } from './detector.ts';

/** A display name (RFC 3261, section 20.10) before a URI in angle brackets. */
const NAMES =
  /"((?!\[)[^"<>\r\n]{2,80})"\s{0,3}<(?:sips?|tel|im|xmpp):|(?<![\p{L}\p{M}\p{N}'’.-])(\p{Lu}[\p{L}\p{M}'’.-]{1,30})\s{1,3}<(?:sips?|tel|im|xmpp):/dgu;
/** Headers, methods and words of a log in front of a URI. */
const NO_NAME =
  /^(?:[A-Z]{3,10}|from|to|contact|via|route|record-route|refer-to|referred-by|diversion|call(?:ing|er|ee|ed)?|request|sip|uri|user|peer|target|local|remote|registering|registered|anonymous|unknown|unavailable|restricted|and|at|by|for|of|on|with)\.?$/i;
/** Matrix ids of users and rooms. */
const MATRIX = /(?<![\w.@/:!#&-])[@!][\w.=/+~-]{1,255}:(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])/gi;

/** People as named in SIP headers and in Matrix. */
export function findNamedUsers(text: string, hits: Hit[]): void {
  if (text.includes('<')) {
    for (const { 1: quoted, 2: word, indices } of text.matchAll(NAMES)) {
      if (NO_NAME.test(quoted ?? word!)) continue;
      const [start, end] = (indices![1] ?? indices![2])!;
      hits.push({ start, end });
    }
  }
  if (!text.includes('@') && !text.includes('!')) return;
  for (const { 0: id, index } of text.matchAll(MATRIX)) hits.push({ start: index, end: index + id.length });
}
