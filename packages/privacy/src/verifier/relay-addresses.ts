import { parseGroups } from './groups.ts';

const MARK = ' typ relay';
/** `candidate:<foundation> <component> <transport> <priority> <address> <port>` (RFC 8839, section 5.1). */
const WORDS = 6;
/** A session has a handful. Addresses beyond the limit are reported. */
const MAX_COUNT = 4096;

/** Addresses of TURN relays: those that the dump itself gives as addresses of relayed candidates. */
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
      const parts = partsOf(words[4] ?? '');
      if (words[0]?.includes('candidate:') && parts !== undefined && this.#known.size < MAX_COUNT) {
        this.#known.add(parts.join());
      }
    }
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
