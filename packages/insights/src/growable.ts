/** A growable Float64Array. Doubling keeps appends cheap, and values are not boxed. */
export class Floats {
  #values = new Float64Array(16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  /** The current values; valid until the next push. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}
