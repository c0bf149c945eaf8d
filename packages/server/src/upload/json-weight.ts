/** Upper estimates of memory, in bytes: per value in an array or object, and per array or object. */
const VALUE_BYTES = 32;
const CONTAINER_BYTES = 100;

/** Allowed weight per allowed byte of text. Dumps that browsers save have a weight of 2 to 3 per byte. */
export const WEIGHT_PER_BYTE = 8;

const COMMA = 0x2c;
const LIST = 0x5b;
const OBJECT = 0x7b;

/**
 * Estimates the memory that a JSON text takes when parsed, in bytes besides the text itself: 200 MiB of empty arrays
 * become 7 GiB. JSON inside strings counts as well, because the anonymizer parses it too.
 */
export class JsonWeight {
  #weight = 0;

  /** Adds the next bytes and returns the weight so far. */
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
