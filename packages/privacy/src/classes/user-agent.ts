import { eachMatch } from '../text/matches.ts';
import type { TextClass } from './text-class.ts';

const VERSION = /(?<=[A-Za-z\d)][/ :]\d+)(?:[._]\d+)+/g;
/** Build numbers of Android and iOS, which identify a version to the day. */
const BUILD = /(?<= Mobile)\/\w+| Build\/[\w.]+/g;

/** Exact versions of browser and operating system narrow down who a user is. `truncate` keeps the major version. */
export function userAgent(): TextClass {
  const major = (text: string): string | undefined =>
    /^\d+(?:\.\d+)+$/.test(text) ? text.slice(0, text.indexOf('.')) : undefined;
  return {
    name: 'userAgent',
    whole: {
      clientHint: (text) => (text === '' ? text : '[removed]'),
      version: major,
      software: major,
    },
    // Searched instead of judged as a whole, because clients can put anything into a user agent, such as an address or
    // a name, which other classes have to find.
    find(text, role, report) {
      if (role !== 'userAgent') return;
      for (const pattern of [VERSION, BUILD]) {
        eachMatch(text, pattern, (match) => report(match.index, match.index + match[0].length, ''));
      }
    },
  };
}

/** A user agent as `truncate` leaves it, to estimate its effect. The anonymizer finds other classes in it as well. */
export function truncateUserAgent(text: string): string {
  return text.replace(VERSION, '').replace(BUILD, '');
}
