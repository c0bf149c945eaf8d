import { eachMatch } from '../text/matches.ts';
import type { Report } from '../text/span.ts';

/**
 * Users, rooms and aliases of rooms (Matrix specification, appendix "Common Identifier Format"):
 * `@localpart:server`, `!opaque:server`, `#alias:server`. The server needs a domain, so that `@media:screen` stays.
 */
const ID =
  /(?<![\w.@/:!#&-])([@!#])[A-Za-z0-9._=/+~-]{1,255}:(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?::\d{1,5})?(?![\w-])/g;

/** Reports Matrix ids. They are replaced with the server, because many people run their own. */
export function findMatrixIds(text: string, report: Report): void {
  if (!text.includes('@') && !text.includes('!') && !text.includes('#')) return;
  eachMatch(text, ID, (match) => {
    report(match.index, match.index + match[0].length, match[1] === '@' ? '[user]' : '[room]');
  });
}
