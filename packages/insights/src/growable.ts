/** A typed array that grows. Doubling keeps appending cheap, and nothing is boxed. */
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

  /** What is in it so far; good until the next push. */
  view(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }
}
