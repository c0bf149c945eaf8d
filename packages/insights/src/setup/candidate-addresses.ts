import { derivedIn } from '../stats/derived.ts';

/** Limits the addresses remembered per connection and side. Real connections have at most some dozens. */
const MAX_ADDRESSES = 200;
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(?:\d{1,3}\.\d{1,3}|[\dx]{1,3}\.x)$/;
/** Global unicast addresses (RFC 4291, section 2.4) except those of Teredo (RFC 4380), without a masked part. */
const PUBLIC_IPV6 = /^(?!2001:0{0,4}:)[23][\da-f]{3}:[\da-f:.]{1,40}$/i;

/** What the addresses of the candidates of both sides say about the networks between them. */
export class CandidateAddresses {
  readonly #local = new Set<string>();
  readonly #remote = new Set<string>();
  /** Whether the client has an address of a provider's NAT (RFC 6598). */
  #isBehindCarrierNat = false;

  /** Adds a candidate (RFC 8839, section 5.1). `extra` are the further elements of its event. */
  add(side: 'local' | 'remote', candidate: string, extra: readonly unknown[]): void {
    const words = candidate.split(' ', 8);
    const [address, type] = [words[4], words[7]];
    // The address of a relay is that of a server.
    if (address === undefined || type === undefined || type === 'relay') return;
    const addressClass = derivedIn(extra, 'rtcstatsAddressClass') ?? classOf(address);
    if (side === 'local') this.#isBehindCarrierNat ||= addressClass === 'cgnat';
    const identity = derivedIn(extra, 'rtcstatsAddressGroup') ?? publicAddress(address, addressClass);
    const known = side === 'local' ? this.#local : this.#remote;
    if (identity !== undefined && known.size < MAX_ADDRESSES) known.add(identity);
  }

  /**
   * `carrierNat` if the client has an address of a provider's NAT, `samePublicAddress` if both sides have the same
   * public address. Each is `yes` or absent, because many candidates hide their addresses.
   */
  get evidence(): Readonly<Record<string, string>> {
    return {
      ...(this.#isBehindCarrierNat && { carrierNat: 'yes' }),
      ...(Array.from(this.#local).some((address) => this.#remote.has(address)) && { samePublicAddress: 'yes' }),
    };
  }
}

/** The class of an IPv4 address, which its first two numbers tell; undefined for others. */
function classOf(address: string): 'private' | 'cgnat' | 'public' | undefined {
  const [, first, second] = IPV4.exec(address) ?? [];
  if (first === undefined) return undefined;
  const [a, b] = [Number(first), Number(second)];
  if (a === 100 && b >= 64 && b <= 127) return 'cgnat';
  const isPrivate = a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168);
  const isLocal = a === 0 || a === 127 || (a === 169 && b === 254) || a >= 224 || (a === 198 && (b & 0xfe) === 18);
  return isPrivate || isLocal ? 'private' : 'public';
}

/** The address itself if it is public and complete. */
function publicAddress(address: string, addressClass: string | undefined): string | undefined {
  if (address.includes('x')) return undefined;
  return addressClass === 'public' || PUBLIC_IPV6.test(address) ? address.toLowerCase() : undefined;
}
