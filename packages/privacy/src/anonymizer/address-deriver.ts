import { addressFacts } from '../classes/ip/address-facts.ts';
import type { TextClass } from '../classes/text-class.ts';
import { DERIVED_NAMES, type DerivedName, type DerivedValues, isDerivedValue } from '../model/derived-values.ts';
import { DERIVED_FACTS, type DerivePolicy, derivesFacts, type Policy } from '../policy/policy.ts';
import type { SessionMemory } from '../text/session-memory.ts';

/** Derived values, and their JSON source as members of an object, without braces. */
export interface Derived {
  readonly values: DerivedValues;
  readonly source: string;
}

/** A call has few addresses and repeats them. */
const MAX_CACHED = 256;
/** The longest name of a machine (RFC 1035, section 2.3.4). Longer texts are no address. */
const MAX_LENGTH = 255;
/** A group has the letters a to p, because digits could be taken for the number of a phone or a card. */
const LETTER_A = 97;
const GROUP_LENGTH = 8;
/** 2^32 divided by the golden ratio, so that the groups of a session are spread. */
const GOLDEN_RATIO = 0x9e3779b9;

/**
 * Derives facts about addresses that are about to be replaced. A group depends on how many groups the session had
 * before, and on the random key of the session, which exists in memory only: it tells nothing about the address, and is
 * not comparable between sessions.
 */
export class AddressDeriver {
  /** What the policy wants to be derived; undefined: nothing. */
  readonly #wanted: DerivePolicy | undefined;
  readonly #classes: readonly TextClass[];
  readonly #memory: SessionMemory;
  readonly #known = new Map<string, Derived | undefined>();
  #age = 0;
  #seed: number | undefined;

  constructor(policy: Policy, classes: readonly TextClass[], memory: SessionMemory) {
    this.#wanted = derivesFacts(policy) ? policy.derive : undefined;
    this.#classes = classes.filter(({ whole }) => whole?.address !== undefined);
    this.#memory = memory;
  }

  /** Whether anything is derived from any address. */
  get isActive(): boolean {
    return this.#wanted !== undefined;
  }

  /** The facts about a complete address that the policy replaces; undefined if there are none. */
  of(address: string): Derived | undefined {
    if (this.#wanted === undefined || address.length > MAX_LENGTH) return undefined;
    // Which addresses are replaced depends on the relays that are known.
    if (this.#age !== this.#memory.age || this.#known.size >= MAX_CACHED) this.#known.clear();
    this.#age = this.#memory.age;
    const known = this.#known.get(address);
    if (known !== undefined || this.#known.has(address)) return known;
    const derived = this.#derive(address, this.#wanted);
    // A copy, because a substring keeps the whole message in memory.
    this.#known.set([...address].join(''), derived);
    return derived;
  }

  /** Whether the policy wants this value, and the anonymizer can have written it. */
  accepts(name: DerivedName, value: unknown): boolean {
    const wanted = this.#wanted;
    return DERIVED_FACTS.some((fact) => DERIVED_NAMES[fact] === name && wanted?.[fact]) && isDerivedValue(name, value);
  }

  #derive(address: string, wanted: DerivePolicy): Derived | undefined {
    const facts = addressFacts(address);
    if (facts === undefined || !this.#isReplaced(address)) return undefined;
    const { network, publicAddress } = facts;
    const values: DerivedValues = {
      ...(wanted.addressClass && { [DERIVED_NAMES.addressClass]: facts.class }),
      ...(wanted.networkGroup &&
        network !== undefined && { [DERIVED_NAMES.networkGroup]: this.#group('net', network) }),
      ...(wanted.addressGroup &&
        publicAddress !== undefined && { [DERIVED_NAMES.addressGroup]: this.#group('addr', publicAddress) }),
    };
    const source = JSON.stringify(values).slice(1, -1);
    return source === '' ? undefined : { values, source };
  }

  #isReplaced(address: string): boolean {
    for (const { whole } of this.#classes) {
      const clean = whole!.address!(address, this.#memory);
      if (clean !== undefined) return clean !== address;
    }
    return false;
  }

  /** The group of a network or an address, which `text` names. */
  #group(kind: 'net' | 'addr', text: string): string {
    const number = this.#memory.groupNumber(`${kind} ${text}`);
    this.#seed ??= new DataView(this.#memory.key.digest('derived-groups', '').buffer).getUint32(0);
    let bits = mixed(this.#seed + Math.imul(number, GOLDEN_RATIO));
    let letters = '';
    for (; letters.length < GROUP_LENGTH; bits >>>= 4) letters += String.fromCharCode(LETTER_A + (bits & 15));
    return `${kind}-${letters}`;
  }
}

/** Maps 32 bits to 32 other bits, one to one (the finalizer of MurmurHash3), so that groups never collide. */
function mixed(bits: number): number {
  let mix = bits | 0;
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}
