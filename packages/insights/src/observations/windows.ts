/** Numbers per entry: from, to, part, whole. */
const STRIDE = 4;
/** Dropped entries stay in the array until there are this many, because moving the others takes time. */
const MAX_DROPPED = 64;

/** The sum of two quantities over a sliding window of time, such as lost and expected packets. */
export class SlidingWindow {
  readonly #length: number;
  /** Never made shorter, because it would be allocated again when it grows. */
  readonly #entries: number[] = [];
  /** Index of the first number of the first entry in the window, and that behind the last entry. */
  #start = 0;
  #end = 0;
  #part = 0;
  #whole = 0;

  /** @param length in milliseconds */
  constructor(length: number) {
    this.#length = length;
  }

  add(from: number, to: number, part: number, whole: number): void {
    const entries = this.#entries;
    const end = this.#end;
    entries[end] = from;
    entries[end + 1] = to;
    entries[end + 2] = part;
    entries[end + 3] = whole;
    let parts = this.#part + part;
    let wholes = this.#whole + whole;
    let start = this.#start;
    // An entry leaves the window when more than half of it is older.
    while (start < end && to - (entries[start]! + entries[start + 1]!) / 2 > this.#length) {
      parts -= entries[start + 2]!;
      wholes -= entries[start + 3]!;
      start += STRIDE;
    }
    this.#part = parts;
    this.#whole = wholes;
    this.#start = start;
    this.#end = end + STRIDE;
    if (start >= MAX_DROPPED * STRIDE) this.#drop();
  }

  /** Moves the entries in the window to the front. */
  #drop(): void {
    const entries = this.#entries;
    const start = this.#start;
    const length = this.#end - start;
    // `copyWithin` of a list takes several times as long.
    for (let at = 0; at < length; at++) entries[at] = entries[start + at]!;
    this.#start = 0;
    this.#end = length;
  }

  clear(): void {
    this.#start = 0;
    this.#end = 0;
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
    const entries = this.#entries;
    let first = this.#start;
    let last = this.#end - STRIDE;
    while (first < last && !(entries[first + 2]! > 0)) first += STRIDE;
    while (last > first && !(entries[last + 2]! > 0)) last -= STRIDE;
    return last < 0 ? [0, 0] : [entries[first]!, entries[last + 1]!];
  }

  /** How much time the entries cover, in milliseconds. */
  get covered(): number {
    const end = this.#end;
    return end === this.#start ? 0 : this.#entries[end - STRIDE + 1]! - this.#entries[this.#start]!;
  }

  /** Part by whole; undefined if the whole is smaller than `minimum`. */
  ratio(minimum = Number.MIN_VALUE): number | undefined {
    return this.#whole < minimum ? undefined : this.#part / this.#whole;
  }
}

/** Steps per doubling: values are known to about 4 %. */
const STEPS = 16;
/** A quantile is computed again after this fraction of values was added. */
const REUSE = 32;
const MAX_STEPS = 64 * STEPS;

/** Quantiles of positive values in a logarithmic histogram, in bounded memory. */
export class Quantiles {
  /** The steps that occurred, ascending, and how often each did. */
  readonly #steps: number[] = [];
  readonly #counts: number[] = [];
  #total = 0;
  /** The quantile that was computed last, and of how many values. */
  #share = 0;
  #computedOf = 0;
  #value = 0;

  /** NaN is no value. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    const step = value <= 1 ? 0 : Math.min(MAX_STEPS, Math.round(Math.log2(value) * STEPS));
    const at = this.#positionOf(step);
    if (this.#steps[at] === step) this.#counts[at] = this.#counts[at]! + 1;
    else {
      this.#steps.splice(at, 0, step);
      this.#counts.splice(at, 0, 1);
    }
    this.#total += 1;
  }

  /** The value below which a share of all values lies; undefined if there are fewer than `minimum`. */
  at(share: number, minimum = 1): number | undefined {
    if (this.#total < minimum || this.#total === 0) return undefined;
    // A quantile hardly changes with one more value.
    if (this.#share === share && this.#total - this.#computedOf <= this.#computedOf / REUSE) return this.#value;
    this.#share = share;
    this.#computedOf = this.#total;
    this.#value = this.#compute(share);
    return this.#value;
  }

  /** The position of the first step that is not below this one. */
  #positionOf(step: number): number {
    const steps = this.#steps;
    let from = 0;
    let to = steps.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (steps[middle]! < step) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #compute(share: number): number {
    let rest = share * this.#total;
    for (let at = 0; at < this.#steps.length; at++) {
      rest -= this.#counts[at]!;
      if (rest <= 0) return 2 ** (this.#steps[at]! / STEPS);
    }
    return 0;
  }
}
