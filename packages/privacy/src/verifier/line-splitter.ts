const LINE_FEED = 10;
/** Maximum length in bytes of a line, or of a webrtc-internals dump: what fits in a V8 string, with a margin. */
export const MAX_TEXT_BYTES = 2 ** 28;

/** The input cannot be verified, and so must not be treated as clean. Has no content of the input. */
export class UnreadableInputError extends Error {
  override readonly name = 'UnreadableInputError';
  /** Listed in the package's table of errors, which the verifier does not import. */
  readonly code = 'textTooLong';

  constructor(reason: 'length' | 'layers' = 'length') {
    super(
      reason === 'length'
        ? `cannot verify a line of more than ${MAX_TEXT_BYTES} bytes`
        : 'cannot verify a text with that many layers of escapes',
    );
  }
}

/**
 * Splits a stream of bytes into lines and calls back with each, without the line feed. Only lines that span chunks are
 * copied.
 */
export class LineSplitter {
  readonly #line: (bytes: Uint8Array, start: number, end: number) => void;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(line: (bytes: Uint8Array, start: number, end: number) => void) {
    this.#line = line;
  }

  push(bytes: Uint8Array): void {
    // Not a Buffer of Node.js, of which a view costs several times as much.
    const chunk = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
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
    // A copy, because the caller may reuse its buffer.
    if (start < chunk.length) this.#keep(chunk.slice(start));
  }

  end(): void {
    if (this.#length > 0) this.#emit();
  }

  #keep(part: Uint8Array): void {
    if (this.#length + part.length > MAX_TEXT_BYTES) throw new UnreadableInputError();
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
