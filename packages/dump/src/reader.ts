import { DumpError } from './errors.ts';
import type { DumpEvent } from './event.ts';
import { EventDecoder } from './event-decoder.ts';
import { type DumpKind, KIND_BYTES, kindOf } from './kind.ts';
import { type Line, type LineBatch, MAX_LINE_BYTES, readLineBatches } from './lines.ts';
import { DUMP_HEAD, type DumpMetadata, parseMetadata } from './metadata.ts';
import { type DumpSource, dumpBytes, peekBytes } from './source.ts';
import { StatsLine } from './stats-line.ts';
import type { StatsProperties } from './stats-properties.ts';

/** Options of `DumpReader.open`. */
export interface DumpReaderOptions {
  /** Maximum line length in bytes, 64 MiB by default. Limits the memory of the reader. */
  readonly maxLineBytes?: number;
  /** Treatment of lines that are not events: `throw` (default), or `skip` them and count them in `skippedLines`. */
  readonly badLines?: 'throw' | 'skip';
}

/**
 * Reads a dump event by event, on demand and in constant memory.
 *
 *     const reader = await DumpReader.open(file.stream());
 *     for await (const event of reader) …
 *
 * Leaving the loop closes the source. If you open a reader and do not iterate, call `close()`.
 */
export class DumpReader implements AsyncIterable<DumpEvent> {
  readonly kind = 'dump';
  /** The first line of every dump. */
  readonly head = DUMP_HEAD;
  readonly metadata: DumpMetadata;
  readonly #lines: LineReader;
  readonly #decoder: EventDecoder;

  private constructor(metadata: DumpMetadata, lines: LineReader, { badLines }: DumpReaderOptions) {
    this.metadata = metadata;
    this.#lines = lines;
    this.#decoder = new EventDecoder(badLines === 'skip');
  }

  /**
   * Reads head and metadata. Throws a `DumpError` if the source is not a dump of format 3: `DUMP_NOT_A_DUMP`,
   * `DUMP_LEGACY`, `DUMP_TRUNCATED`, `DUMP_DAMAGED` or `DUMP_BAD_METADATA`. In this case the source is closed.
   */
  static async open(source: DumpSource, options: DumpReaderOptions = {}): Promise<DumpReader> {
    const bytes = await expectHead(dumpBytes(source));
    const lines = new LineReader(bytes, options);
    try {
      await lines.next();
      const metadata = await readMetadata(lines);
      return new DumpReader(metadata, lines, options);
    } catch (error) {
      await lines.close();
      throw error;
    }
  }

  /**
   * Reads a recording: the messages of a client, one per line, without head and metadata. Does not check that it is one
   * (see `kindOf`), because a dump of format 1 could begin with its events, too.
   */
  static openRecording(source: DumpSource, options: DumpReaderOptions = {}): DumpReader {
    return new DumpReader({}, new LineReader(dumpBytes(source), options), options);
  }

  /** Number of lines skipped so far because they were not events. Empty lines do not count. */
  get skippedLines(): number {
    return this.#decoder.skippedLines;
  }

  /**
   * The events; can be iterated once. Throws `DUMP_BAD_LINE` at a line that is not an event. Throws `DUMP_TRUNCATED`,
   * after all complete events, if the last line or the gzip data is truncated.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<DumpEvent, void> {
    for await (const lines of this.#lines.batches()) yield* this.#events(lines);
  }

  /**
   * The same events in batches, with `stats`: the changes of the given properties. This is faster, because
   * statistics are not parsed; `value` of such an event parses its line. An event is valid until the next one.
   * Consume all events of a batch before you ask for the next.
   */
  async *batches(properties: StatsProperties): AsyncGenerator<Iterable<DumpEvent>, void> {
    const stats = new StatsLine(properties);
    for await (const lines of this.#lines.batches()) yield this.#events(lines, stats);
  }

  *#events(lines: LineBatch, stats?: StatsLine): Generator<DumpEvent, void> {
    for (;;) {
      const isRead = stats && lines.read(stats);
      if (isRead) {
        yield this.#decoder.statistics(stats!, lines.number);
        continue;
      }
      const line = lines.next();
      if (line === undefined) return;
      const event = this.#decoder.decode(line, stats, isRead === undefined);
      if (event !== undefined) yield event;
    }
  }

  /** Closes the source. May be called more than once, but not while a read is pending. */
  async close(): Promise<void> {
    await this.#lines.close();
  }
}

/** Reads some lines one by one, and the others in batches. */
class LineReader {
  readonly #batches: AsyncGenerator<LineBatch, void>;
  #batch: LineBatch | undefined;

  constructor(chunks: AsyncIterable<Uint8Array>, { maxLineBytes = MAX_LINE_BYTES }: DumpReaderOptions) {
    this.#batches = readLineBatches(chunks, maxLineBytes);
  }

  /** The next line; undefined at the end. */
  async next(): Promise<Line | undefined> {
    for (;;) {
      const line = this.#batch?.next();
      if (line !== undefined) return line;
      const batch = await this.#batches.next();
      if (batch.done === true) return undefined;
      this.#batch = batch.value;
    }
  }

  /** The lines that `next` has not returned. */
  async *batches(): AsyncGenerator<LineBatch, void> {
    try {
      if (this.#batch !== undefined) yield this.#batch;
      yield* this.#batches;
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#batches.return();
  }
}

/** Checks the first few bytes, so that no long line of a huge file of another kind is buffered. */
async function expectHead(bytes: AsyncGenerator<Uint8Array, void>): Promise<AsyncIterableIterator<Uint8Array>> {
  // Head, byte order mark, line break.
  const first = await peekBytes(bytes, DUMP_HEAD.length + 3 + 2);
  if (kindOf(first.start) === 'dump') return first.chunks;
  const more = await peekBytes(first.chunks, KIND_BYTES);
  await more.chunks.return?.();
  throw notADump(kindOf(more.start));
}

function notADump(kind: DumpKind): DumpError {
  switch (kind) {
    case 'empty':
      return new DumpError('DUMP_NOT_A_DUMP', 'it is empty');
    case 'torn':
      return new DumpError('DUMP_TRUNCATED', 'it ends within its head');
    case 'webrtc-internals':
      return new DumpError('DUMP_NOT_A_DUMP', 'it looks like a webrtc-internals dump');
    case 'about-webrtc':
      return new DumpError('DUMP_NOT_A_DUMP', "it is from Firefox's about:webrtc, which cannot be read");
    // Dumps of format 1 could begin with their events.
    case 'recording':
    case 'legacy':
      return new DumpError('DUMP_LEGACY');
    default:
      return new DumpError('DUMP_NOT_A_DUMP', `its first line is not ${DUMP_HEAD}`);
  }
}

async function readMetadata(lines: LineReader): Promise<DumpMetadata> {
  const line = await lines.next();
  if (line === undefined) throw new DumpError('DUMP_TRUNCATED', 'it ends after its head', 2);
  if (line.tooLong) throw new DumpError('DUMP_BAD_METADATA', 'it is too long', 2);
  const metadata = parseMetadata(decodeLeniently(line.bytes));
  if (!(metadata instanceof DumpError)) return metadata;
  if (line.terminated || metadata.code === 'DUMP_LEGACY') throw metadata;
  throw new DumpError('DUMP_TRUNCATED', 'it ends within its metadata', 2);
}

function decodeLeniently(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
