const LINE_FEED = 10;

/** Calls back for every line of a stream of bytes, without the line feed; copies only lines that cross a chunk's border. */
export class LineSplitter {
  readonly #line: (bytes: Uint8Array, start: number, end: number) => void;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(line: (bytes: Uint8Array, start: number, end: number) => void) {
    this.#line = line;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    let end = chunk.indexOf(LINE_FEED);
    if (this.#length > 0 && end >= 0) {
      this.#keep(chunk.subarray(0, end));
      this.#emit();
      start = end + 1;
      end = chunk.indexOf(LINE_FEED, start);
    }
    while (end >= 0) {
      this.#line(chunk, start, end);
      start = end + 1;
      end = chunk.indexOf(LINE_FEED, start);
    }
    // A copy: the caller may fill its buffer again.
    if (start < chunk.length) this.#keep(chunk.slice(start));
  }

  end(): void {
    if (this.#length > 0) this.#emit();
  }

  #keep(part: Uint8Array): void {
    this.#parts.push(part);
    this.#length += part.length;
  }

  #emit(): void {
    const line = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      line.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#length = 0;
    this.#line(line, 0, line.length);
  }
}
