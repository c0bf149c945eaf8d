import { gunzip } from './gunzip.ts';

/** The part of a web `ReadableStream` that is used here, because not every browser can iterate one. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/**
 * The source of a dump: text, all bytes, or a stream of bytes (a web stream, or a Node stream, which is iterable).
 * Bytes may be gzipped.
 */
export type DumpSource = string | Uint8Array | AsyncIterable<Uint8Array> | ByteStream;

/** Number of UTF-16 units that are encoded at a time, so that a long text is not held in memory twice. */
const UNITS_PER_CHUNK = 64 * 1024;

/**
 * The bytes of a dump, decompressed if they begin with the magic number of gzip (RFC 1952, section 2.3.1). Reads on
 * demand. Throws `DUMP_TRUNCATED` or `DUMP_DAMAGED` if the gzip data is incomplete or invalid.
 */
export async function* dumpBytes(source: DumpSource): AsyncGenerator<Uint8Array, void> {
  const { start, chunks } = await peekBytes(chunksOf(source), 2);
  yield* start[0] === 0x1f && start[1] === 0x8b ? gunzip(chunks) : chunks;
}

/**
 * Reads the first `count` bytes (or fewer, at the end of the stream). Returns them as `start`, and in `chunks` the
 * whole stream including them.
 */
export async function peekBytes(
  chunks: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ readonly start: Uint8Array; readonly chunks: AsyncIterableIterator<Uint8Array> }> {
  const rest = chunks[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let length = 0;
  while (length < count) {
    const next = await rest.next();
    if (next.done === true) break;
    seen.push(next.value);
    length += next.value.length;
  }
  const start = new Uint8Array(Math.min(count, length));
  let offset = 0;
  for (const chunk of seen) {
    start.set(chunk.subarray(0, count - offset), offset);
    offset += chunk.length;
  }
  return { start, chunks: new ResumedChunks(seen, rest) };
}

/**
 * The bytes without the UTF-8 byte order mark that some editors put at the beginning of a file. RFC 8259 (8.1) allows
 * readers of JSON to ignore it.
 */
export async function* withoutByteOrderMark(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const { start, chunks: whole } = await peekBytes(chunks, 3);
  let remaining = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 3 : 0;
  for await (const chunk of whole) {
    const skipped = Math.min(remaining, chunk.length);
    remaining -= skipped;
    if (skipped < chunk.length) yield skipped === 0 ? chunk : chunk.subarray(skipped);
  }
}

/** Not a generator: one that was never started would not pass `return` on, and the source would stay open. */
class ResumedChunks implements AsyncIterableIterator<Uint8Array> {
  readonly #seen: Uint8Array[];
  readonly #rest: AsyncIterator<Uint8Array>;

  constructor(seen: Uint8Array[], rest: AsyncIterator<Uint8Array>) {
    this.#seen = seen;
    this.#rest = rest;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const value = this.#seen.shift();
    return value === undefined ? this.#rest.next() : { done: false, value };
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#seen.length = 0;
    await this.#rest.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function chunksOf(source: DumpSource): AsyncIterable<Uint8Array> {
  if (typeof source === 'string') return encode(source);
  if (source instanceof Uint8Array) return once(source);
  return 'getReader' in source ? readAll(source) : source;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

async function* encode(text: string): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = Math.min(start + UNITS_PER_CHUNK, text.length);
    // Splitting a surrogate pair would give two replacement characters.
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end += 1;
    yield encoder.encode(text.slice(start, end));
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

async function* readAll(stream: ByteStream): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  let finished = false;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (next.value !== undefined) yield next.value;
    }
    finished = true;
  } finally {
    if (!finished) await reader.cancel();
  }
}
