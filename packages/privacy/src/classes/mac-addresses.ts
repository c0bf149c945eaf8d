import type { TextClass } from './text-class.ts';

/** IEEE 802: six pairs with colons or dashes, or three groups of four with dots. Longer runs are fingerprints. */
const PAIRS =
  /(?<![0-9A-Za-z]|[0-9A-Fa-f][:-])[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![0-9A-Za-z]|[:-][0-9A-Fa-f])/gi;
const GROUPS = /(?<![0-9A-Za-z.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![0-9A-Za-z.])/gi;
const MAYBE_PAIRS = /[0-9a-f]{2}[:-][0-9a-f]{2}[:-][0-9a-f]{2}[:-]/i;

/** Hardware addresses of network interfaces. */
export function macAddresses(): TextClass {
  return {
    name: 'macAddresses',
    find(text, role, report) {
      if (role === 'sdp' || role === 'candidate') return;
      if (MAYBE_PAIRS.test(text)) {
        for (const match of text.matchAll(PAIRS)) report(match.index, match.index + match[0].length, '[mac]');
      }
      if (text.includes('.')) {
        for (const match of text.matchAll(GROUPS)) {
          if (/[a-f]/i.test(match[0])) report(match.index, match.index + match[0].length, '[mac]');
        }
      }
    },
  };
}
