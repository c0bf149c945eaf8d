/** Bytes of memory, roughly and at most, for a value of a list or an object, and for a list or an object itself. */
const VALUE_BYTES = 32;
const CONTAINER_BYTES = 100;

/** Weight that a text may have for each of its bytes that are allowed. Of what browsers save it is 2 to 3. */
export const WEIGHT_PER_BYTE = 8;

const COMMA = 0x2c;
const LIST = 0x5b;
const OBJECT = 0x7b;

/**
 * What a JSON text comes to when it is parsed, in bytes of memory beside its own: 200 MiB of empty lists are 7 GiB. Texts within it count
 * as if they were parsed too, which they are.
 */
export class JsonWeight {
  #weight = 0;

  /** The next bytes. Returns the weight so far. */
  add(bytes: Uint8Array): number {
    let values = 0;
    let containers = 0;
    for (const byte of bytes) {
      if (byte === COMMA) values++;
      else if (byte === LIST || byte === OBJECT) containers++;
    }
    this.#weight += values * VALUE_BYTES + containers * CONTAINER_BYTES;
    return this.#weight;
  }
}
