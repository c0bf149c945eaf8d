import { type Detector, type Hit, mergeHits } from './detector.ts';
import { findMacForms } from './mac-forms.ts';
import { MAC } from './triggers.ts';

/** Six (EUI-48) or eight (EUI-64) pairs with equal separators, not part of a longer run such as a fingerprint. */
const PAIRS =
  /(?<![\da-z]|(?<![\da-z])[\da-f]{2}[:-])[\da-f]{2}([:_-])(?:[\da-f]{2}\1){4}(?:[\da-f]{2}\1[\da-f]{2}\1)?[\da-f]{2}(?![\da-z]|[:-][\da-f])/gi;
/** The notation of routers: `001b.4411.3ab7`. */
const QUADS = /(?<![\w.])[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}(?![\w]|\.\w)/gi;

/** The name of a hash function, or a word for its result: what follows is the beginning of a fingerprint. */
const HASH_BEFORE =
  /(?:\bsha-?(?:1|224|256|384|512)|\bmd[245]|fingerprint|thumbprint)["'\\]{0,4}[\s:=]{1,3}["'\\]{0,4}$/i;

/** Twelve digits in a row are a MAC address only after a name such as `mac`. */
const NAMED = /\bmac[\s_-]?(?:addr|address)?["']?[\s:=]+["']?(?!0+\b)[\da-f]{12}(?![\da-z])/gi;

/**
 * Class `macAddresses`. All zeros and broadcast are allowed, because they identify no machine; pairs of decimal digits
 * with dashes may be a date.
 */
export const macAddressDetector: Detector = {
  class: 'macAddresses',
  triggers: MAC,
  find(text) {
    const hits: Hit[] = [];
    for (const match of text.matchAll(PAIRS)) {
      const digits = match[0].replaceAll(match[1]!, '');
      if (/^(?:0+|f+)$/i.test(digits) || (match[1] === '-' && /^\d+$/.test(digits))) continue;
      if (HASH_BEFORE.test(text.slice(Math.max(0, match.index - 32), match.index))) continue;
      hits.push({ start: match.index, end: match.index + match[0].length });
    }
    for (const match of text.matchAll(QUADS)) {
      if (/[a-f]/i.test(match[0])) hits.push({ start: match.index, end: match.index + match[0].length });
    }
    for (const match of text.matchAll(NAMED)) {
      hits.push({ start: match.index + match[0].length - 12, end: match.index + match[0].length });
    }
    findMacForms(text, hits);
    return mergeHits(hits);
  },
  judges: (name) => /mac(?:_?addr(?:ess)?)?$|^bssid$/i.test(name),
  judge: (text) => /^(?:[\da-f]{12}|[\da-f]{1,2}(?::[\da-f]{1,2}){5})$/i.test(text) && !/^[0:]+$/.test(text),
};
