import { ByteNames } from './byte-names.ts';
import { statsPropertyName } from './names.ts';
import { DECODE_ONLY_STATS_PROPERTIES, STATS_PROPERTY_CODES } from './tables.ts';

/** What `StatsProperties` answers for a key that is not a value of its own. */
export const UNREAD = -1;
export const TYPE = -2;
export const TIMESTAMP = -3;
export const ID = -4;

/** Codes of properties below this number are looked up in a list. */
const LISTED_CODES = 1024;
/** Makes the negative numbers above positive. */
export const SLOT_OFFSET = 8;

/** The slots of keys, for a reader that has the bytes of a key. */
export interface ByteKeys {
  /** By code. */
  readonly slotsOfCodes: Int32Array;
  /** By name: the slot plus `SLOT_OFFSET`. */
  readonly names: ByteNames;
}

/** Keys come from the file, so only a limited number is remembered. */
const MAX_REMEMBERED = 4000;

/**
 * The properties of reports that a reader of statistics needs. Each has a slot: its position in `names`. All other
 * properties are skipped, because a browser reports three times as many as any reader needs.
 */
export class StatsProperties {
  readonly #names: string[];
  readonly #readsAll: boolean;
  /** By key as written in a dump: a code or a name. */
  readonly #slots = new Map<string, number>();
  #byteKeys: ByteKeys | undefined;
  /** The slot of `timestamp`, for readers that want it like any other property. */
  readonly timestampSlot: number;

  constructor(names: readonly string[], readsAll = false) {
    this.#names = [...names];
    this.#readsAll = readsAll;
    names.forEach((name, slot) => {
      this.#slots.set(name, slot);
    });
    this.timestampSlot = this.#slots.get('timestamp') ?? UNREAD;
    for (const [name, slot] of [
      ['type', TYPE],
      ['timestamp', TIMESTAMP],
      ['id', ID],
    ] as const)
      this.#slots.set(name, slot);
    for (const [name, code] of Object.entries(STATS_PROPERTY_CODES)) this.#alias(String(code), name);
    for (const [code, name] of Object.entries(DECODE_ONLY_STATS_PROPERTIES)) this.#alias(code, name);
  }

  /** All properties, also those that no table knows: each gets a slot when it first occurs. */
  static all(): StatsProperties {
    return new StatsProperties(['timestamp'], true);
  }

  #alias(code: string, name: string): void {
    const slot = this.#slots.get(name);
    if (slot !== undefined) this.#slots.set(code, slot);
  }

  /** The names of the slots. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** To find the slots of keys as bytes. Made once, because that takes as long as reading a short dump. */
  get byteKeys(): ByteKeys {
    this.#byteKeys ??= {
      slotsOfCodes: Int32Array.from({ length: LISTED_CODES }, (_, code) => this.slotOf(String(code))),
      names: new ByteNames(new Map(Array.from(this.#slots, ([key, slot]) => [key, slot + SLOT_OFFSET]))),
    };
    return this.#byteKeys;
  }

  /** The slot of a key as written in a dump, or one of the negative constants of this module. */
  slotOf(key: string): number {
    return this.#slots.get(key) ?? (this.#readsAll ? this.#add(key) : UNREAD);
  }

  #add(key: string): number {
    const name = statsPropertyName(key);
    let slot = this.#slots.get(name);
    if (slot === undefined) {
      slot = this.#names.push(name) - 1;
      this.#slots.set(name, slot);
    }
    if (this.#slots.size < MAX_REMEMBERED) this.#slots.set(key, slot);
    return slot;
  }
}
