import { isNetworkState } from '../model/machine-keys.ts';
import { isPseudonym } from '../pseudonyms/pseudonym.ts';
import { COLON, DOT, EQUALS, SPACE } from '../text/features.ts';
import { eachMatch } from '../text/matches.ts';
import { findNamedMachines } from './machine-names.ts';
import type { TextClass } from './text-class.ts';

const UUID_LOCAL = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.local$/i;
/** Names in private domains (RFC 6762, including appendix G; RFC 8375) and of home routers. */
const PRIVATE_NAME =
  /(?<![\p{L}\p{N}_.@-])[\p{L}\p{N}_-][\p{L}\p{N}_.-]*\.(?:local|localdomain|localnet|lan|home\.arpa|home|internal|intranet|intra|corp|private|fritz\.box|speedport\.ip|mshome\.net|ts\.net)(?![\w-])/giu;
/**
 * Properties of objects in a program that happen to end like a private domain: `this.local.sdp`, `config.internal`.
 * Error messages and stacks quote them.
 */
const PROPERTY =
  /^(?:(?:this|self|window|globalThis|global|document|navigator|props|state|config|options|opts|params|settings|args|exports|module|process\.env|import\.meta|e|evt|event|err|error|res|req|obj|ctx|context|that|_this|_self)\.)(?:[A-Za-z_$][\w$]{0,40}\.){0,6}(?:local|home|internal|private)$/;
/**
 * The address of a candidate (RFC 8839, section 5.1), which is the fifth field, and the related address after `raddr`.
 */
const CANDIDATE_ADDRESS = /candidate:\S{1,64} \d+ \S+ \d+ (\S+) \d+ typ /dgi;
/** The same without the foundation, which some logs and proxies leave out. */
const BARE_ADDRESS = /candidate: ?\d{1,5} [a-z]{2,16} \d{1,10} (\S{1,255}) \d{1,5} typ /dgi;
const RELATED_ADDRESS = /\sraddr (\S+)/dgi;
/** The address in a line of a session description (RFC 8866, sections 5.2 and 5.7). */
const NETWORK_ADDRESS = /\bIN IP[46] ([^\s/"'\\]+)/dg;
/** An IP address, masked or not, with or without port and brackets: handled by the class ipAddresses. */
const ADDRESS = /^\[?[0-9a-fx]*[:.][0-9a-fx:.]*(?:%\w+)?\]?(?::\d+)?$/i;
/** Each pattern with a text that it needs, so that most texts need not be searched. */
const ADDRESS_FIELDS = [
  ['candidate:', CANDIDATE_ADDRESS],
  ['candidate:', BARE_ADDRESS],
  ['raddr', RELATED_ADDRESS],
  ['IN IP', NETWORK_ADDRESS],
] as const;
/** Without a dot, because `meet.example.com` is a server; or in a private domain, which is found as text. */
const SINGLE_NAME = /^[^.\r\n]{1,255}$/;
const WITH_PORT = /^(.*?)(:\d{1,5})?$/s;

/**
 * Names of users' machines, which often contain their owners' names. Random mDNS names of browsers (`<uuid>.local`) are
 * not replaced.
 */
export function hostnames(replace: (name: string, kind?: 'host' | 'network') => string): TextClass {
  const clean = (name: string): string | undefined => {
    // `*`: any address (`a=source-filter`, RFC 4570).
    if (
      name === '' ||
      name === '*' ||
      ADDRESS.test(name) ||
      UUID_LOCAL.test(name) ||
      isPseudonym(name) ||
      name === 'localhost'
    ) {
      return undefined;
    }
    return replace(name.toLowerCase());
  };
  const networkOf = (name: string): string | undefined => (isPseudonym(name) ? undefined : replace(name, 'network'));
  return {
    name: 'hostnames',
    needs: [DOT, SPACE, COLON, EQUALS],
    whole: {
      machineName: (text) => (SINGLE_NAME.test(text) && !isNetworkState(text) ? (clean(text) ?? text) : undefined),
      networkName: (text) => (isNetworkState(text) || isPseudonym(text) ? undefined : replace(text, 'network')),
      address(text) {
        const [, name, port] = WITH_PORT.exec(text)!;
        const replaced = /^[\p{L}\p{N}_.-]+$/u.test(name!) ? clean(name!) : undefined;
        return replaced === undefined ? undefined : replaced + (port ?? '');
      },
    },
    find(text, _role, report) {
      findNamedMachines(text, report, (kind, name) => (kind === 'host' ? clean(name) : networkOf(name)));
      if (text.includes('.')) {
        eachMatch(text, PRIVATE_NAME, (match) => {
          const replaced = PROPERTY.test(match[0]) ? undefined : clean(match[0]);
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
