const ENCODER = new TextEncoder();
const EMPTY = new Uint8Array(0);
/** Up to this length, a loop is faster than TextEncoder. */
const SHORT = 48;

/**
 * Builds a copy of a buffer in which ranges are replaced. Call `begin`, then `replace` from left to right, then
 * `finish`. One splice can be used for any number of buffers, one after the other.
 */
export class Splice {
  #source: Uint8Array = EMPTY;
  /** The same bytes, but not a Buffer of Node.js, of which a view costs several times as much. */
  #plain: Uint8Array = EMPTY;
  /** Source bytes before this position have been copied or replaced. */
  #copied = 0;
  #out = new Uint8Array(64 * 1024);
  #length = 0;
  #touched = false;

  /** Starts a copy of `source`. */
  begin(source: Uint8Array): void {
    this.#source = source;
    this.#plain = EMPTY;
    this.#copied = 0;
    this.#length = 0;
    this.#touched = false;
  }

  /** Replaces the bytes from `from` to `to` (exclusive) of the source by `text` in UTF-8. */
  replace(from: number, to: number, text: string): void {
    if (!this.#touched) {
      this.#touched = true;
      const { buffer, byteOffset, length } = this.#source;
      this.#plain = new Uint8Array(buffer, byteOffset, length);
    }
    // A UTF-16 unit needs at most three bytes.
    this.#reserve(from - this.#copied + text.length * 3);
    this.#copy(from);
    this.#write(text);
    this.#copied = to;
  }

  /** The result: the source itself if nothing was replaced, otherwise a new array. */
  finish(): Uint8Array {
    const source = this.#source;
    if (this.#touched) {
      this.#reserve(source.length - this.#copied);
      this.#copy(source.length);
    }
    this.#source = EMPTY;
    this.#plain = EMPTY;
    if (!this.#touched) return source;
    return copyOf(this.#out.subarray(0, this.#length));
  }

  #copy(to: number): void {
    if (to <= this.#copied) return;
    this.#out.set(this.#plain.subarray(this.#copied, to), this.#length);
    this.#length += to - this.#copied;
    this.#copied = to;
  }

  #write(text: string): void {
    const out = this.#out;
    let at = this.#length;
    if (text.length <= SHORT) {
      let i = 0;
      for (; i < text.length; i++) {
        const char = text.charCodeAt(i);
        if (char > 127) break;
        out[at++] = char;
      }
      if (i === text.length) {
        this.#length = at;
        return;
      }
    }
    this.#length += ENCODER.encodeInto(text, out.subarray(this.#length)).written;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#out.length) return;
    const larger = new Uint8Array(Math.max(this.#out.length * 2, this.#length + bytes));
    larger.set(this.#out.subarray(0, this.#length));
    this.#out = larger;
  }
}

/** Node's Buffer takes small buffers from a pool, which is much cheaper than one allocation each. */
const node = (globalThis as { Buffer?: { from(bytes: Uint8Array): Uint8Array } }).Buffer;

function copyOf(bytes: Uint8Array): Uint8Array {
  return node === undefined ? bytes.slice() : node.from(bytes);
}
