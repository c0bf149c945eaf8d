/** Maximum number and length of lines, and how many hashes of lines are remembered. */
const MAX_LINES = 4096;
const MAX_LENGTH = 256;
const HASHES = 1 << 14;

/**
 * Lines without findings that more than one dump had: those that every browser writes into session descriptions,
 * states, URIs of extensions. A line is kept from the second dump on; of all others, only a hash is. So nothing stays
 * in memory that only one session had.
 */
export class CleanLines {
  readonly #lines = new Set<string>();
  /** The last line of each slot, as its hash. Two lines with the same hash are kept too early, which is harmless. */
  readonly #seen = new Int32Array(HASHES);

  has(line: string): boolean {
    return this.#lines.has(line);
  }

  /** Call this once per dump for a line without findings, whose result does not depend on its place. */
  add(line: string): void {
    if (line.length > MAX_LENGTH) return;
    const hash = hashOf(line);
    const slot = hash & (HASHES - 1);
    if (this.#seen[slot] !== hash) {
      this.#seen[slot] = hash;
      return;
    }
    if (this.#lines.size >= MAX_LINES) this.#lines.clear();
    // A copy, because a substring keeps the whole text in memory.
    this.#lines.add([...line].join(''));
  }
}

/** FNV-1a, by UTF-16 units. Never zero, which is the content of an empty slot. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash === 0 ? 1 : hash;
}
