/** One line of a byte stream. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /**
   * Without the line break (`\n` or `\r\n`); empty when `tooLong`. A view of the chunk it came in where it can be one,
   * so it is good until whoever made that chunk writes to it again.
   */
  readonly bytes: Uint8Array;
  /** False only for a last line with no line break after it: it may be torn. */
  readonly terminated: boolean;
  /** The line was longer than the limit. It was counted and its content let go. */
  readonly tooLong: boolean;
}

/** 64 MiB, several times the longest statistics seen from a conference of hundreds. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = new Uint8Array(0);

/**
 * Cuts chunks of bytes into lines. Holds at most one unfinished line, and of that no more than `maxLineBytes` (plus the
 * chunks its ends stand in).
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #number = 0;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(maxLineBytes: number = MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** The lines that end in this chunk. Must be read to the end before the next call. */
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

  /** The last line, when the stream did not end with a line break. */
  end(): Line | undefined {
    return this.#length === 0 ? undefined : this.#take(false);
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#length += part.length;
    // One byte more than the limit may be a carriage return that does not count.
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

/** The lines of a stream, read only as fast as they are taken. A break is passed on to the source. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, maxLineBytes?: number): AsyncGenerator<Line, void> {
  const splitter = new LineSplitter(maxLineBytes);
  for await (const chunk of chunks) yield* splitter.push(chunk);
  const last = splitter.end();
  if (last !== undefined) yield last;
}

/** The parts in one piece of `length` bytes, which is what they have together. */
export function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
