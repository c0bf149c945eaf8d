import { createHash } from 'node:crypto';

/** A deterministic generator: SHA-256 over the seed and a counter, so that a seed always gives the same sequence. */
export class SeededRandom {
  readonly #seed: string;
  #counter = 0;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  bytes(length: number): Buffer {
    const out = Buffer.alloc(length);
    for (let i = 0; i < length; i++) {
      if (this.#at === this.#block.length) {
        this.#block = createHash('sha256')
          .update(`${this.#seed} ${this.#counter++}`)
          .digest();
        this.#at = 0;
      }
      out[i] = this.#block[this.#at++]!;
    }
    return out;
  }

  /** An integer from `min` to `max`, both inclusive. */
  number(min: number, max: number): number {
    return min + (this.bytes(4).readUInt32BE() % (max - min + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.number(0, list.length - 1)]!;
  }
}
