/** Names come from the file, so only a limited number of short ones is remembered. */
const MAX_REMEMBERED = 2048;
const MAX_LENGTH = 64;
/** A search ends after this many names, because a file can be made so that all its names have the same hash. */
const MAX_PROBES = 16;
const FIRST_SIZE = 64;

interface Entry {
  readonly bytes: Uint8Array;
  readonly hash: number;
  readonly text: string;
  /** -1 unless it is one of the known names. */
  readonly value: number;
}

/** The hash of a name with one more byte; begin with 0. */
export function hashNext(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

/**
 * Finds names by their ASCII bytes, so that a name which occurs in each line of a dump does not become a new string
 * each time.
 */
export class ByteNames {
  #entries: (Entry | undefined)[] = new Array(FIRST_SIZE).fill(undefined);
  #count = 0;

  /** @param known names with a number of each, at least 0 */
  constructor(known: ReadonlyMap<string, number> = new Map()) {
    for (const [text, value] of known) {
      const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
      const entry = { bytes, hash: bytes.reduce(hashNext, 0), text, value };
      while (!this.#insert(entry)) this.#grow();
    }
  }

  /** The number of a known name; -1 if it is not known. */
  valueOf(bytes: Uint8Array, from: number, to: number, hash: number): number {
    return this.#find(bytes, from, to, hash)?.value ?? -1;
  }

  /** The name as a string. */
  textOf(bytes: Uint8Array, from: number, to: number, hash: number): string {
    const found = this.#find(bytes, from, to, hash);
    if (found !== undefined) return found.text;
    const text = asciiText(bytes, from, to);
    if (this.#count < MAX_REMEMBERED && to - from <= MAX_LENGTH) {
      if (this.#count * 2 >= this.#entries.length) this.#grow();
      this.#insert({ bytes: bytes.slice(from, to), hash, text, value: -1 });
    }
    return text;
  }

  #find(bytes: Uint8Array, from: number, to: number, hash: number): Entry | undefined {
    const entries = this.#entries;
    const mask = entries.length - 1;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const entry = entries[(hash + probe) & mask];
      if (entry === undefined) return undefined;
      if (entry.hash === hash && isSame(entry.bytes, bytes, from, to)) return entry;
    }
    return undefined;
  }

  /** Returns false if there is no place where a search would find it. */
  #insert(entry: Entry): boolean {
    const mask = this.#entries.length - 1;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const at = (entry.hash + probe) & mask;
      if (this.#entries[at] !== undefined) continue;
      this.#entries[at] = entry;
      this.#count += 1;
      return true;
    }
    return false;
  }

  #grow(): void {
    const entries = this.#entries;
    this.#entries = new Array(entries.length * 2).fill(undefined);
    this.#count = 0;
    for (const entry of entries) if (entry !== undefined) this.#insert(entry);
  }
}

function isSame(name: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let at = 0; at < name.length; at++) if (name[at] !== bytes[from + at]) return false;
  return true;
}

const decoder = new TextDecoder();

/** The text of ASCII bytes. */
export function asciiText(bytes: Uint8Array, from: number, to: number): string {
  return decoder.decode(bytes.subarray(from, to));
}
