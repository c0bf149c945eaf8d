import { eachMatch } from '../text/matches.ts';
import { findMacForms, WHOLE_MAC } from './mac-forms.ts';
import type { TextClass } from './text-class.ts';

/**
 * MAC addresses (IEEE 802): six pairs (EUI-64: eight) with colons, dashes or, as sound servers write them, underscores;
 * or three groups of four with dots. Longer runs are fingerprints.
 */
const PAIRS =
  /(?<![0-9A-Za-z]|(?<![0-9A-Za-z])[0-9A-Fa-f]{2}[:-])[0-9a-f]{2}([:_-])(?:[0-9a-f]{2}\1){4}(?:[0-9a-f]{2}\1[0-9a-f]{2}\1)?[0-9a-f]{2}(?![0-9A-Za-z]|[:-][0-9A-Fa-f])/gi;
const GROUPS = /(?<![0-9A-Za-z.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![0-9A-Za-z.])/gi;
/** Without separators, only after a name such as `mac`. */
const NAMED = /\bmac(?:[\s_-]?addr(?:ess)?)?["']?[\s:=]{1,3}["']?([0-9a-f]{12})(?![0-9A-Za-z])/dgi;
/** The year of a date with a time to hundredths of seconds, `2026-01-02-03-04-05-06`. */
const YEAR_BEFORE = /(?<!\d)(?:19|20)\d\d-$/;
const MAYBE_PAIRS = /[0-9a-f]{2}[:_-][0-9a-f]{2}[:_-][0-9a-f]{2}[:_-]/i;

/** Hardware addresses of network interfaces. */
export function macAddresses(): TextClass {
  return {
    name: 'macAddresses',
    // No features: an interface named by its address may be the whole text.

    whole: {
      macAddress: (text) => (WHOLE_MAC.test(text) ? '[mac]' : undefined),
    },
    find(text, _role, report) {
      if (MAYBE_PAIRS.test(text)) {
        eachMatch(text, PAIRS, ({ 0: { length }, index }) => {
          if (!YEAR_BEFORE.test(text.slice(Math.max(0, index - 6), index))) report(index, index + length, '[mac]');
        });
      }
      findMacForms(text, report);
      if (/mac/i.test(text)) eachMatch(text, NAMED, (match) => report(...match.indices![1]!, '[mac]'));
      if (text.includes('.')) {
        eachMatch(text, GROUPS, (match) => {
          if (/[a-f]/i.test(match[0])) report(match.index, match.index + match[0].length, '[mac]');
        });
      }
    },
  };
}
