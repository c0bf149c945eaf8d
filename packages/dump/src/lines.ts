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

/** The lines that end in one chunk. */
export interface LineBatch {
  /** The next line; undefined after the last one. */
  next(): Line | undefined;
  /**
   * Lets a reader read the next line in the chunk, which saves looking for its end first. Returns undefined if the line
   * is not in the chunk as a whole; otherwise whether it was read. If not, call `next`.
   */
  read(reader: ChunkReader): boolean | undefined;
  /** The number of the line that `next` has returned or `read` has read. */
  readonly number: number;
}

/** Reads lines where they are in a chunk. */
export interface ChunkReader {
  /**
   * Reads a line that begins at `start`. The chunk contains its line break, beyond which nothing may be read. Returns
   * the position behind what was read, or -1.
   */
  readAt(chunk: Uint8Array, start: number): number;
}

/**
 * Splits chunks of bytes into lines. Holds at most one incomplete line, and at most `maxLineBytes` of it (plus the
 * chunks that contain its ends).
 */
export class LineSplitter implements LineBatch {
  readonly #maxLineBytes: number;
  #number = 0;
  #parts: Uint8Array[] = [];
  #length = 0;
  /** The chunk whose lines are being read, where the next one begins, and where the last line break is. */
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  #lastBreak = -1;

  constructor(maxLineBytes: number = MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  get number(): number {
    return this.#number;
  }

  /** The lines that end in this chunk. Consume all of them before the next call. */
  *push(chunk: Uint8Array): Generator<Line, void> {
    this.begin(chunk);
    for (let line = this.next(); line !== undefined; line = this.next()) yield line;
  }

  /** The same for a caller that calls `next` or `read` until there are no more lines. */
  begin(chunk: Uint8Array): this {
    this.#chunk = chunk;
    this.#at = 0;
    this.#lastBreak = chunk.lastIndexOf(LF);
    return this;
  }

  next(): Line | undefined {
    const chunk = this.#chunk;
    const start = this.#at;
    if (start > this.#lastBreak) {
      this.#keep(chunk.subarray(start));
      this.#chunk = NOTHING;
      this.#at = 0;
      this.#lastBreak = -1;
      return undefined;
    }
    const end = chunk.indexOf(LF, start);
    const part = chunk.subarray(start, end);
    this.#at = end + 1;
    if (this.#length === 0) return this.#line(part, part.length, true);
    this.#keep(part);
    return this.#take(true);
  }

  read(reader: ChunkReader): boolean | undefined {
    const start = this.#at;
    if (this.#length !== 0 || start > this.#lastBreak) return undefined;
    const chunk = this.#chunk;
    const end = reader.readAt(chunk, start);
    if (end < 0 || end - start > this.#maxLineBytes) return false;
    const lineBreak = chunk[end] === CR ? end + 1 : end;
    if (chunk[lineBreak] !== LF) return false;
    this.#at = lineBreak + 1;
    this.#number += 1;
    return true;
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

/** One line as a batch. */
class LastLine implements LineBatch {
  #line: Line | undefined;
  readonly number: number;

  constructor(line: Line) {
    this.#line = line;
    this.number = line.number;
  }

  next(): Line | undefined {
    const line = this.#line;
    this.#line = undefined;
    return line;
  }

  read(): undefined {}
}

/** The lines of a stream, read on demand. Stopping early closes the source. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, maxLineBytes?: number): AsyncGenerator<Line, void> {
  for await (const lines of readLineBatches(chunks, maxLineBytes)) {
    for (let line = lines.next(); line !== undefined; line = lines.next()) yield line;
  }
}

/**
 * The same by chunk, because waiting for each line takes longer than reading it. Consume all lines of a batch before
 * you ask for the next.
 */
export async function* readLineBatches(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes?: number,
): AsyncGenerator<LineBatch, void> {
  const splitter = new LineSplitter(maxLineBytes);
  for await (const chunk of chunks) yield splitter.begin(chunk);
  const last = splitter.end();
  if (last !== undefined) yield new LastLine(last);
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
