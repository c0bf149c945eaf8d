/** The items of one group; the oldest first. */
type Group<T> = Set<T>;

/**
 * Items by the group that they belong to, such as sockets by client address, with quick access to the largest group.
 * Every operation takes constant time, however many groups there are, because an attacker decides about their number.
 */
export class GroupedItems<T> {
  readonly #groups = new Map<string, Group<T>>();
  /** Index: the number of items. Groups of the same size are in the order in which they reached it. */
  readonly #bySize: Set<Group<T>>[] = [];
  readonly #names = new Map<T, string>();
  #largest = 0;

  get size(): number {
    return this.#names.size;
  }

  /** Number of items in a group. */
  countOf(group: string): number {
    return this.#groups.get(group)?.size ?? 0;
  }

  add(item: T, group: string): void {
    const items = this.#groups.get(group) ?? new Set();
    this.#groups.set(group, items);
    this.#names.set(item, group);
    this.#resize(items, () => items.add(item));
  }

  delete(item: T): void {
    const name = this.#names.get(item);
    const items = name === undefined ? undefined : this.#groups.get(name);
    if (name === undefined || items === undefined) return;
    this.#names.delete(item);
    this.#resize(items, () => items.delete(item));
    if (items.size === 0) this.#groups.delete(name);
  }

  /** The items of the largest group, the oldest first; empty if there are no groups. */
  largest(): Iterable<T> {
    return this.#bySize[this.#largest]?.values().next().value ?? [];
  }

  #resize(items: Group<T>, change: () => void): void {
    this.#bySize[items.size]?.delete(items);
    change();
    if (items.size > 0) {
      this.#bySize[items.size] ??= new Set();
      this.#bySize[items.size]!.add(items);
    }
    if (items.size > this.#largest) this.#largest = items.size;
    while (this.#largest > 0 && !this.#bySize[this.#largest]?.size) this.#largest--;
  }
}
