interface Entry {
  readonly from: number;
  readonly to: number;
  readonly part: number;
  readonly whole: number;
}

/** The sum of two quantities over a sliding window of time, such as lost and expected packets. */
export class SlidingWindow {
  readonly #length: number;
  #entries: Entry[] = [];
  #part = 0;
  #whole = 0;

  /** @param length in milliseconds */
  constructor(length: number) {
    this.#length = length;
  }

  add(from: number, to: number, part: number, whole: number): void {
    this.#entries.push({ from, to, part, whole });
    this.#part += part;
    this.#whole += whole;
    let old = 0;
    // An entry leaves the window when more than half of it is older.
    while (old < this.#entries.length - 1 && to - middleOf(this.#entries[old]!) > this.#length) old++;
    for (const entry of this.#entries.splice(0, old)) {
      this.#part -= entry.part;
      this.#whole -= entry.whole;
    }
  }

  clear(): void {
    this.#entries = [];
    this.#part = 0;
    this.#whole = 0;
  }

  get part(): number {
    return this.#part;
  }

  get whole(): number {
    return this.#whole;
  }

  /**
   * From the first to the last entry with a part, because what is counted did not begin with the window and does not
   * last as long as it is seen in the window.
   */
  get active(): readonly [from: number, to: number] {
    const first = this.#entries.find(({ part }) => part > 0);
    const last = this.#entries.findLast(({ part }) => part > 0);
    return first === undefined || last === undefined ? [0, 0] : [first.from, last.to];
  }

  /** How much time the entries cover, in milliseconds. */
  get covered(): number {
    const first = this.#entries[0];
    return first === undefined ? 0 : this.#entries.at(-1)!.to - first.from;
  }

  /** Part by whole; undefined if the whole is smaller than `minimum`. */
  ratio(minimum = Number.MIN_VALUE): number | undefined {
    return this.#whole < minimum ? undefined : this.#part / this.#whole;
  }
}

function middleOf({ from, to }: Entry): number {
  return (from + to) / 2;
}

/** Steps per doubling: values are known to about 4 %. */
const STEPS = 16;
/** A quantile is computed again after this fraction of values was added. */
const REUSE = 32;
const MAX_STEPS = 64 * STEPS;

/** Quantiles of positive values in a logarithmic histogram, in bounded memory. */
export class Quantiles {
  readonly #counts = new Map<number, number>();
  #total = 0;
  #computed = { share: 0, total: 0, value: 0 };

  add(value: number): void {
    const step = value <= 1 ? 0 : Math.min(MAX_STEPS, Math.round(Math.log2(value) * STEPS));
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1);
    this.#total += 1;
  }

  /** The value below which a share of all values lies; undefined if there are fewer than `minimum`. */
  at(share: number, minimum = 1): number | undefined {
    if (this.#total < minimum || this.#total === 0) return undefined;
    const { share: before, total, value } = this.#computed;
    // A quantile hardly changes with one more value, and sorting takes time.
    if (before === share && this.#total - total <= total / REUSE) return value;
    const now = this.#compute(share);
    this.#computed = { share, total: this.#total, value: now };
    return now;
  }

  #compute(share: number): number {
    let rest = share * this.#total;
    for (const step of Array.from(this.#counts.keys()).sort((a, b) => a - b)) {
      rest -= this.#counts.get(step)!;
      if (rest <= 0) return 2 ** (step / STEPS);
    }
    return 0;
  }
}
