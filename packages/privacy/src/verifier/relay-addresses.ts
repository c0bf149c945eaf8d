import { parseGroups } from './groups.ts';

const MARK = ' typ relay';
/** `candidate:<foundation> <component> <transport> <priority> <address> <port>` (RFC 8839, section 5.1). */
const WORDS = 6;
/** A session has a handful. Addresses beyond the limit are reported. */
const MAX_COUNT = 4096;

/** The host of a TURN URI (RFC 7065), if it is an address. */
const URI_HOST = /\bturns?:(\[[\da-f:]{2,39}\]|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?=[:?"'\\\s,/\])}]|$)/gi;
/** An object without objects inside, of a length that a report of a candidate can have. */
const FLAT_OBJECT = /\{[^{}]{1,3000}\}/g;
const IS_RELAY = /"(?:136|candidateType)" {0,1}: {0,1}"relay"/;
const ADDRESS_MEMBER = /"(?:134|ip|address)" {0,1}: {0,1}"([\da-f:.]{2,45})"/gi;

/** Addresses of TURN servers: those of relayed candidates in the dump, in lines and statistics, and in TURN URIs. */
export class RelayAddresses {
  readonly #isKept: boolean;
  readonly #known = new Set<string>();

  /** @param isKept whether the policy keeps relay addresses; otherwise none are collected */
  constructor(isKept: boolean) {
    this.#isKept = isKept;
  }

  /** Collects the relay addresses in a text. Must be called before the text is judged. */
  learn(text: string): void {
    if (!this.#isKept) return;
    for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + 1)) {
      const words = text
        .slice(Math.max(0, at - 512), at)
        .split(' ')
        .slice(-WORDS);
      if (words[0]?.includes('candidate:')) this.#add(words[4] ?? '');
    }
    if (/turns?:/i.test(text)) {
      for (const [, host] of text.matchAll(URI_HOST)) this.#add(host!.replace(/^\[|\]$/g, ''));
    }
    if (!text.includes('"relay"')) return;
    for (const [report] of text.matchAll(FLAT_OBJECT)) {
      if (!IS_RELAY.test(report)) continue;
      for (const [, address] of report.matchAll(ADDRESS_MEMBER)) this.#add(address!);
    }
  }

  #add(address: string): void {
    const parts = partsOf(address);
    if (parts !== undefined && this.#known.size < MAX_COUNT) this.#known.add(parts.join());
  }

  /** Whether these octets or groups are the address of a relay. */
  has(parts: readonly number[]): boolean {
    return this.#known.size > 0 && this.#known.has(parts.join());
  }
}

function partsOf(address: string): readonly number[] | undefined {
  if (address.includes(':')) return parseGroups(address.split(':'));
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address) ? address.split('.').map(Number) : undefined;
}
