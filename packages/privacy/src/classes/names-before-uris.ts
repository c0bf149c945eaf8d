import { eachMatch } from '../text/matches.ts';
import type { SessionMemory } from '../text/session-memory.ts';
import type { Report } from '../text/span.ts';
import { nameBefore, type Range } from './display-names.ts';

/** A URI in angle brackets, as headers of SIP write it (RFC 3261, section 20.10), with its user. */
const URI = /<(?:sips?|tel|im|xmpp|pres|mailto):([^\s@>;]{0,64})/gi;
/** With escaped quotes in the name, as `quoted-string` allows. */
const QUOTED = /"((?:[^"\\<>\r\n]|\\[^\r\n]){1,120})"\s{0,3}<$/;
const REPLACED = /^\[[a-z -]+\]$/;
/** Longer than any name with titles. */
const MAX_LENGTH = 160;
/** Headers, methods and roles that may stand before a URI without a colon. */
const NO_NAME =
  /^(?:INVITE|ACK|BYE|CANCEL|REGISTER|OPTIONS|REFER|NOTIFY|SUBSCRIBE|MESSAGE|INFO|UPDATE|PRACK|PUBLISH|From|To|Contact|Via|Route|Record-Route|Refer-To|Referred-By|Diversion|Call(?:ing|er|ee|ed)?|Request|SIP|URI|User|Peer|Target|Local|Remote|Registering|Registered|Anonymous|anonymous|Unknown|Unavailable|Restricted|and|at|by|for|from|of|on|to|with)\.?$/;

/** Reports display names before `<sip:…>` and the like, with and without quotes. */
export function findNamesBeforeUris(text: string, report: Report, session: SessionMemory): void {
  if (!text.includes('<')) return;
  eachMatch(text, URI, (match) => {
    const range = nameRange(text, match.index + 1, match[1]!);
    if (range === undefined) return;
    report(...range, '[name]');
    session.remember(text.slice(...range), { class: 'contact', replacement: '[name]' });
  });
}

function nameRange(text: string, at: number, user: string): Range | undefined {
  const from = Math.max(0, at - MAX_LENGTH);
  const quoted = QUOTED.exec(text.slice(from, at));
  const range: Range | undefined =
    quoted === null
      ? nameBefore(text, at, user)
      : [from + quoted.index + 1, from + quoted.index + 1 + quoted[1]!.length];
  if (range === undefined) return undefined;
  let [start] = range;
  let end = range[1];
  // The backslash of an escaped quote, as in JSON text.
  while (end > start && text.charAt(end - 1) === '\\') end--;
  // Words of the sentence before the name.
  for (;;) {
    const word = /^\S{1,40}/.exec(text.slice(start, Math.min(end, start + 40)))?.[0] ?? '';
    if (!NO_NAME.test(word)) break;
    start += word.length;
    while (start < end && text.charAt(start) === ' ') start++;
  }
  return start < end && !REPLACED.test(text.slice(start, end)) ? [start, end] : undefined;
}
