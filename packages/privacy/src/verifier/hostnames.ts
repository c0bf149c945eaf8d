import { isWord } from './characters.ts';
import { type Detector, type Hit, mergeHits, NONE, type Place } from './detector.ts';
import { findMachineNames, isReadableName, machineProperty } from './machine-names.ts';
import { isNeutral, isUuid } from './neutral.ts';
import { ADDRESS_FIELD, PRIVATE_DOMAIN } from './triggers.ts';

/** Domains that exist only in private networks; the name before them is a person's machine. */
const PRIVATE_DOMAINS =
  /\.(?:local|localdomain|localnet|lan|home(?:\.arpa)?|internal|intranet|intra|corp|fritz\.box|speedport\.ip|mshome\.net|ts\.net)(?![\w-]|\.\w)/gi;
const DASH = 45;
const DOT = 46;
const UNDERSCORE = 95;
/** Objects in a program whose property is named like a domain: `this.local`. Names of machines are not such words. */
const OBJECTS = new Set(
  'this self window globalThis global document navigator props state config options opts params settings args exports module process import e evt event err error res req obj ctx context that _this _self'.split(
    ' ',
  ),
);
/** Maximum length of a domain name (RFC 1035, section 2.3.4). */
const NAME_LENGTH = 255;
/** The address of a candidate (RFC 8839, section 5.1), its related address, and the address in an SDP line. */
const ADDRESS_FIELDS = [
  /candidate:\S{1,64} {1,8}\d+ {1,8}\S+ {1,8}\d+ {1,8}(\S+) {1,8}\S+ {1,8}typ\b/gi,
  /candidate: ?\d{1,5} [a-z]{2,16} \d{1,10} (\S{1,255}) \d{1,5} typ\b/gi,
  // Some clients write `raddr  rport 0`: the address between the two spaces is empty.
  /\braddr {1,8}(?!rport )([^\s"'\\]+)/gi,
  /\bIN +IP[46] +([^\s/"'\\]+)/gi,
];
const ADDRESS_NAMES = new Set(
  'address relatedAddress ip ipAddress hostCandidate host_candidate localAddress remoteAddress publicIP'.split(' '),
);

/**
 * Class `hostnames`: names of users' machines. In any text: names in private domains, except mDNS names that are UUIDs.
 * In address fields: also every name without a dot (`ANNAS-MACBOOK`). Names in public domains belong to servers and are
 * not findings.
 */
export const hostnameDetector: Detector = {
  class: 'hostnames',
  triggers: PRIVATE_DOMAIN | ADDRESS_FIELD,
  find(text, _place, triggers) {
    const hits: Hit[] = [];
    if (triggers & PRIVATE_DOMAIN) {
      for (const match of text.matchAll(PRIVATE_DOMAINS)) {
        const name = nameBefore(text, match.index);
        // A name with more labels is that of a machine below the last one.
        if (name === '' || isUuid(name) || isNeutral(name) || EXPRESSION.test(name) || isProperty(name)) continue;
        hits.push({ start: match.index - name.length, end: match.index + match[0].length });
      }
    }
    if (triggers & ADDRESS_FIELD && /name|ssid/i.test(text)) findMachineNames(text, hits);
    for (const field of triggers & ADDRESS_FIELD ? ADDRESS_FIELDS : []) {
      for (const match of text.matchAll(field)) {
        const start = match.index + match[0].lastIndexOf(match[1]!);
        if (isMachineName(match[1]!)) hits.push({ start, end: start + match[1]!.length });
      }
    }
    return hits.length === 0 ? NONE : mergeHits(hits);
  },
  judges: (name) => ADDRESS_NAMES.has(name) || name === '' || machineProperty(name) !== undefined,
  judge(text, place) {
    if (place.kind !== 'value') return false;
    const name = place.name ?? '';
    const kind = name === '' || ADDRESS_NAMES.has(name) ? undefined : machineProperty(name);
    if (kind !== undefined) return isReadableName(text, kind);
    if (!isAddressValue(place)) return false;
    // An address, masked or not: a machine's name has no dot, and a colon only before a port.
    if (text.includes('.')) return false;
    return isMachineName(text.replace(/:\d+$/, ''));
  },
};

/**
 * The labels that end at `end`: each begins with a letter or digit and does not end with a dash. Read backward, because
 * a pattern would try every position of the text before.
 */
function nameBefore(text: string, end: number): string {
  const least = Math.max(0, end - NAME_LENGTH);
  let start = end;
  let labelEnd = end;
  while (labelEnd > least && isWord(text.charCodeAt(labelEnd - 1))) {
    let at = labelEnd;
    let first = -1;
    for (let code = text.charCodeAt(at - 1); at > least && (isWord(code) || code === DASH); ) {
      at--;
      if (isWord(code) && code !== UNDERSCORE) first = at;
      code = text.charCodeAt(at - 1);
    }
    if (first < 0) break;
    start = first;
    if (first > at || text.charCodeAt(at - 1) !== DOT) break;
    labelEnd = at - 1;
  }
  return text.slice(start, end);
}

/** Whether the value is in a property for addresses, or in the list of `publicIP`. */
function isAddressValue(place: Place): boolean {
  if (place.name !== undefined) return ADDRESS_NAMES.has(place.name);
  return place.event === 'publicIP' && (place.depth > 1 || place.index === 2);
}

/** `this.local` in a program. */
const EXPRESSION =
  /^(?:this|self|that|window|document|props|state|options|opts|config|settings|streams?|tracks?|session)$/;
/**
 * Words that other tools write in place of an address, states of signaling (W3C webrtc) and ids of calls (`60-0`);
 * replaced foundations.
 */
const NOBODY =
  /^(?:localhost|x{1,32}|redacted|removed|masked|hidden|anonymized|anonymised|obfuscated|none|null|undefined|have-(?:local|remote)-(?:offer|pranswer)|\d{1,3}-\d{1,3}|f[g-z]{9})$/i;

function isProperty(name: string): boolean {
  const [object, ...properties] = name.split('.');
  return OBJECTS.has(object!) && properties.every((property) => /^[A-Za-z_$][\w$]*$/.test(property));
}

/** A single label that is not a number. With a dot it would be a server or an address. */
function isMachineName(name: string): boolean {
  if (!/^[a-z\d][\w-]*$/i.test(name) || /^\d+$/.test(name) || NOBODY.test(name)) return false;
  return !isNeutral(name) && !isUuid(name);
}
