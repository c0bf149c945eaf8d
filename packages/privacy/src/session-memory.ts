/**
 * What has to stay the same within one session. Masking maps different addresses to the same text; where that text is a key
 * (a report's id, a scope), two things would become one, and statistics, which are differences to the report before, would be wrong from then on.
 */
export class SessionMemory {
  /** By original key: what stands for it. Holds raw values, in memory only. */
  readonly #aliases = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** What stands for the key `original`, whose anonymized form is `clean`: `clean`, `clean~2`, `clean~3` … */
  alias(original: string, clean: string): string {
    const known = this.#aliases.get(original);
    if (known !== undefined) return known;
    // Only a hostile client gets here: keys of its own objects may then be renamed once more.
    if (this.#aliases.size >= MAX_ALIASES) {
      this.#aliases.clear();
      this.#taken.clear();
    }
    let alias = clean;
    for (let n = 2; this.#taken.has(alias); n++) alias = `${clean}~${n}`;
    this.#aliases.set(original, alias);
    this.#taken.add(alias);
    return alias;
  }
}

const MAX_ALIASES = 4096;
