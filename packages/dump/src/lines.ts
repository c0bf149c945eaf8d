/** One line of a byte stream. */
export interface Line {
  /** Line number, starting with 1. */
  readonly number: number;
  /**
   * Content without the line break (`\n` or `\r\n`); empty if `tooLong`. A view of the input chunk if possible, so it
   * is valid until that chunk is overwritten.
   */
  readonly bytes: Uint8Array;
  /** False only for a last line without line break, which may be truncated. */
  readonly terminated: boolean;
  /** The line was longer than the limit: it counts as a line, but its content was dropped. */
  readonly tooLong: boolean;
}

/** 64 MiB: several times the longest statistics seen in a conference with hundreds of participants. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = new Uint8Array(0);

/**
 * Splits chunks of bytes into lines. Holds at most one incomplete line, and at most `maxLineBytes` of it (plus the
 * chunks that contain its ends).
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #number = 0;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(maxLineBytes: number = MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** The lines that end in this chunk. Consume all of them before the next call. */
  *push(chunk: Uint8Array): Generator<Line, void> {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      const part = chunk.subarray(start, end);
      start = end + 1;
      if (this.#length === 0) {
        yield this.#line(part, part.length, true);
      } else {
        this.#keep(part);
        yield this.#take(true);
      }
    }
    this.#keep(chunk.subarray(start));
  }

  /** The last line, if the stream did not end with a line break. */
  end(): Line | undefined {
    return this.#length === 0 ? undefined : this.#take(false);
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#length += part.length;
    // One byte more than the limit may be a carriage return, which does not count.
    if (this.#length > this.#maxLineBytes + 1) this.#parts = [];
    else this.#parts.push(part);
  }

  #take(terminated: boolean): Line {
    const parts = this.#parts;
    const length = this.#length;
    this.#parts = [];
    this.#length = 0;
    const only = parts[0] ?? NOTHING;
    return this.#line(parts.length > 1 ? concatenate(parts, length) : only, length, terminated);
  }

  #line(part: Uint8Array, length: number, terminated: boolean): Line {
    this.#number += 1;
    const bytes = part[part.length - 1] === CR ? part.subarray(0, -1) : part;
    const tooLong = length > this.#maxLineBytes + 1 || bytes.length > this.#maxLineBytes;
    return { number: this.#number, bytes: tooLong ? NOTHING : bytes, terminated, tooLong };
  }
}

/** The lines of a stream, read on demand. Stopping early closes the source. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, maxLineBytes?: number): AsyncGenerator<Line, void> {
  for await (const lines of readLineBatches(chunks, maxLineBytes)) yield* lines;
}

/**
 * The same by chunk, because waiting for each line takes longer than reading it. Consume all lines of a batch before
 * you ask for the next.
 */
export async function* readLineBatches(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes?: number,
): AsyncGenerator<Iterable<Line>, void> {
  const splitter = new LineSplitter(maxLineBytes);
  for await (const chunk of chunks) yield splitter.push(chunk);
  const last = splitter.end();
  if (last !== undefined) yield [last];
}

/** Joins `parts` into one array. `length` is their total length. */
export function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
