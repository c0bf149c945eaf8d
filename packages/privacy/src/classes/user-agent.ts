import { eachMatch } from '../text/matches.ts';
import type { TextClass } from './text-class.ts';

const VERSION = /(?<=[A-Za-z\d)][/ :]\d+)(?:[._]\d+)+/g;
/** Of Android and iOS: they name one version to the day. */
const BUILD = /(?<= Mobile)\/\w+| Build\/[\w.]+/g;

/** Browser and system versions to the digit tell few people apart from many. `truncate` keeps the major version. */
export function userAgent(): TextClass {
  return {
    name: 'userAgent',
    whole: {
      clientHint: (text) => (text === '' ? text : '[removed]'),
      version: (text) => (/^\d+(?:\.\d+)+$/.test(text) ? text.slice(0, text.indexOf('.')) : undefined),
    },
    // Not as a whole: what calls itself a browser may write anything into it, an address or a name, which the other classes look for.
    find(text, role, report) {
      if (role !== 'userAgent') return;
      for (const pattern of [VERSION, BUILD]) {
        eachMatch(text, pattern, (match) => report(match.index, match.index + match[0].length, ''));
      }
    },
  };
}
