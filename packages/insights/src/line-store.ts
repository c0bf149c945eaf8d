/** The bytes of a dump, indexed by line. Lines are decoded on demand. */
export class LineStore {
  readonly #chunks: Uint8Array[] = [];
  /** Start offset of each chunk in the dump. */
  readonly #starts: number[] = [];
  /** End offset of each line (its line feed). */
  #ends = new Float64Array(1024);
  #lines = 0;
  #bytes = 0;

  get lines(): number {
    return this.#lines + (this.#bytes > this.#start(this.#lines) ? 1 : 0);
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Uint8Array): void {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) {
      if (this.#lines === this.#ends.length) {
        const larger = new Float64Array(this.#lines * 2);
        larger.set(this.#ends);
        this.#ends = larger;
      }
      this.#ends[this.#lines++] = this.#bytes + at;
    }
    this.#chunks.push(chunk);
    this.#starts.push(this.#bytes);
    this.#bytes += chunk.length;
  }

  /**
   * The text of a line without its line break.
   *
   * @param number starting with 1
   */
  text(number: number): string {
    const from = this.#start(number - 1);
    const to = number <= this.#lines ? this.#ends[number - 1]! : this.#bytes;
    if (from >= to) return '';
    const decoder = new TextDecoder();
    let text = '';
    for (let index = this.#chunkAt(from); index < this.#chunks.length && this.#starts[index]! < to; index++) {
      const start = this.#starts[index]!;
      text += decoder.decode(this.#chunks[index]!.subarray(Math.max(0, from - start), to - start), { stream: true });
    }
    return (text + decoder.decode()).replace(/\r$/, '');
  }

  #start(line: number): number {
    return line <= 0 ? 0 : line <= this.#lines ? this.#ends[line - 1]! + 1 : this.#bytes;
  }

  #chunkAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
