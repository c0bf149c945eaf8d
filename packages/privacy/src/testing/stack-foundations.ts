import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What a foundation is computed from. */
export interface FoundationSource {
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay';
  /** The base address. */
  readonly address: string;
  readonly protocol: 'udp' | 'tcp';
}

/** The names of types in libwebrtc. */
const PORT_TYPES = { host: 'local', srflx: 'stun', prflx: 'prflx', relay: 'relay' };
const TYPES = Object.keys(PORT_TYPES) as FoundationSource['type'][];

/** The foundations of ICE stacks that compute them from the address. */
export const STACKS: Readonly<Record<string, (source: FoundationSource) => string>> = {
  /** Port::ComputeFoundation of libwebrtc, without the random number that was added after Chromium 106. */
  libwebrtc: ({ type, address, protocol }) =>
    String(crc32(PORT_TYPES[type] + address + protocol + (type === 'relay' ? protocol : ''))),
  /** candidateBase.Foundation of pion, also in LiveKit and go2rtc. */
  pion: ({ type, address, protocol }) => String(crc32(type + address + protocol + (address.includes(':') ? '6' : '4'))),
  /** candidate_foundation of aioice. */
  aioice: ({ type, address, protocol }) => md5(`${type}|${protocol}|${address}`),
  /** Earlier versions of aioice hashed the name of a Python class instead of the type. */
  'aioice, earlier': ({ address, protocol }) => md5(`<class 'type'>|${protocol}|${address}`),
  /** candidateFoundation of werift. */
  werift: ({ type, address, protocol }) => md5(`${type}|${protocol}|${address}`).slice(7),
  /** pj_ice_calc_foundation of pjnath, in Asterisk and Chime. */
  pjnath: ({ type, address }) => type.charAt(0).toUpperCase() + numberOf(address).toString(16),
  /** compute_foundation of libre, in baresip. */
  libre: ({ type, address }) => ((numberOf(address) ^ TYPES.indexOf(type)) >>> 0).toString(16).padStart(8, '0'),
};

/** Of an IPv6 address, the last 32 bits. */
function numberOf(address: string): number {
  if (!address.includes(':')) return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const [high, low] = address.split(':').slice(-2) as [string, string];
  return Number.parseInt(high || '0', 16) * 65536 + Number.parseInt(low || '0', 16);
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

const CANDIDATE =
  /candidate:\S+ (\d+) (\w+) (\d+) (\S+) (\d+) typ (host|srflx|prflx|relay)(?: raddr (\S+) rport (\d+))?/g;

/**
 * Rewrites recorded messages as if the endpoints used another ICE stack: the foundations of all candidates and
 * statistics are computed by `foundation`. `hidden` stands for addresses that the recording does not show, such as
 * those behind mDNS names.
 */
export function asStack(text: string, foundation: (source: FoundationSource) => string, hidden: string): string {
  const compute = (type: string, address: string, related: string | undefined, protocol: string): string => {
    const base = type === 'srflx' && related !== undefined && /^[1-9a-f]/.test(related) ? related : address;
    const isShown = /^[\d.]+$|:/.test(base) && base !== '0.0.0.0';
    return foundation({
      type: type as FoundationSource['type'],
      address: isShown ? base : hidden,
      protocol: protocol.toLowerCase() === 'tcp' ? 'tcp' : 'udp',
    });
  };
  const withCandidates = text.replaceAll(
    CANDIDATE,
    (all, _component, protocol: string, _priority, address: string, _port, type: string, related?: string) =>
      all.replace(/^candidate:\S+/, `candidate:${compute(type, address, related, protocol)}`),
  );
  // Reports of candidates: 134 address, 136 candidateType, 140 foundation, 141 relatedAddress, 116 protocol.
  return withCandidates.replaceAll(/\{[^{}]*"140":"[^"]*"[^{}]*\}/g, (report) => {
    const { 134: address, 136: type, 141: related, 116: protocol } = JSON.parse(report) as Record<string, string>;
    const computed = compute(type ?? 'host', address ?? '', related, protocol ?? 'udp');
    return report.replace(/"140":"[^"]*"/, `"140":"${computed}"`);
  });
}
