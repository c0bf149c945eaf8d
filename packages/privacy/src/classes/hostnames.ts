import { isPseudonym } from '../pseudonyms/pseudonym.ts';
import { DOT, SPACE } from '../text/features.ts';
import { eachMatch } from '../text/matches.ts';
import type { TextClass } from './text-class.ts';

const UUID_LOCAL = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.local$/i;
/** Names in private domains (RFC 6762, including appendix G; RFC 8375) and of home routers. */
const PRIVATE_NAME =
  /(?<![\p{L}\p{N}_.@-])[\p{L}\p{N}_-][\p{L}\p{N}_.-]*\.(?:local|localdomain|lan|home|home\.arpa|internal|intranet|corp|private|fritz\.box)(?![\w-])/giu;
/**
 * The address of a candidate (RFC 8839, section 5.1), which is the fifth field, and the related address after `raddr`.
 */
const CANDIDATE_ADDRESS = /candidate:\S{1,64} \d+ \S+ \d+ (\S+) \d+ typ /dgi;
const RELATED_ADDRESS = /\sraddr (\S+)/dgi;
/** The address in a line of a session description (RFC 8866, sections 5.2 and 5.7). */
const NETWORK_ADDRESS = /\bIN IP[46] ([^\s/"'\\]+)/dg;
/** An IP address, masked or not, with or without port and brackets: handled by the class ipAddresses. */
const ADDRESS = /^\[?[0-9a-fx]*[:.][0-9a-fx:.]*(?:%\w+)?\]?(?::\d+)?$/i;
/** Each pattern with a text that it needs, so that most texts need not be searched. */
const ADDRESS_FIELDS = [
  ['candidate:', CANDIDATE_ADDRESS],
  ['raddr', RELATED_ADDRESS],
  ['IN IP', NETWORK_ADDRESS],
] as const;
const WITH_PORT = /^(.*?)(:\d{1,5})?$/s;

/**
 * Names of users' machines, which often contain their owners' names. Random mDNS names of browsers (`<uuid>.local`) are
 * not replaced.
 */
export function hostnames(replace: (name: string) => string): TextClass {
  const clean = (name: string): string | undefined => {
    if (name === '' || ADDRESS.test(name) || UUID_LOCAL.test(name) || isPseudonym(name) || name === 'localhost') {
      return undefined;
    }
    return replace(name.toLowerCase());
  };
  return {
    name: 'hostnames',
    needs: [DOT, SPACE],
    whole: {
      machine: (text) => clean(text) ?? text,
      address(text) {
        const [, name, port] = WITH_PORT.exec(text)!;
        const replaced = /^[\p{L}\p{N}_.-]+$/u.test(name!) ? clean(name!) : undefined;
        return replaced === undefined ? undefined : replaced + (port ?? '');
      },
    },
    find(text, _role, report) {
      if (text.includes('.')) {
        eachMatch(text, PRIVATE_NAME, (match) => {
          const replaced = clean(match[0]);
          if (replaced !== undefined) report(match.index, match.index + match[0].length, replaced);
        });
      }
      if (!text.includes(' ')) return;
      for (const [sign, pattern] of ADDRESS_FIELDS) {
        if (!text.includes(sign)) continue;
        eachMatch(text, pattern, (match) => {
          const replaced = clean(match[1]!);
          const [start, end] = match.indices![1]!;
          if (replaced !== undefined) report(start, end, replaced);
        });
      }
    },
  };
}
