import { DumpError } from './errors.ts';
import { type DumpEvent, decodeEvent, EventClock } from './event.ts';
import { type DumpKind, KIND_BYTES, kindOf } from './kind.ts';
import { type Line, MAX_LINE_BYTES, readLines } from './lines.ts';
import { DUMP_HEAD, type DumpMetadata, parseMetadata } from './metadata.ts';
import { type DumpSource, dumpBytes, peekBytes } from './source.ts';

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
  readonly #lines: AsyncGenerator<Line, void>;
  readonly #skip: boolean;
  #skipped = 0;

  private constructor(metadata: DumpMetadata, lines: AsyncGenerator<Line, void>, skip: boolean) {
    this.metadata = metadata;
    this.#lines = lines;
    this.#skip = skip;
  }

  /**
   * Reads head and metadata. Throws a `DumpError` if the source is not a dump of format 3: `DUMP_NOT_A_DUMP`,
   * `DUMP_LEGACY`, `DUMP_TRUNCATED`, `DUMP_DAMAGED` or `DUMP_BAD_METADATA`. In this case the source is closed.
   */
  static async open(source: DumpSource, options: DumpReaderOptions = {}): Promise<DumpReader> {
    const bytes = await expectHead(dumpBytes(source));
    const lines = readLines(bytes, options.maxLineBytes ?? MAX_LINE_BYTES);
    try {
      await lines.next();
      const metadata = await readMetadata(lines);
      return new DumpReader(metadata, lines, options.badLines === 'skip');
    } catch (error) {
      await lines.return();
      throw error;
    }
  }

  /**
   * Reads a recording: the messages of a client, one per line, without head and metadata. Does not check that it is one
   * (see `kindOf`), because a dump of format 1 could begin with its events, too.
   */
  static openRecording(source: DumpSource, options: DumpReaderOptions = {}): DumpReader {
    const lines = readLines(dumpBytes(source), options.maxLineBytes ?? MAX_LINE_BYTES);
    return new DumpReader({}, lines, options.badLines === 'skip');
  }

  /** Number of lines skipped so far because they were not events. Empty lines do not count. */
  get skippedLines(): number {
    return this.#skipped;
  }

  /**
   * The events; can be iterated once. Throws `DUMP_BAD_LINE` at a line that is not an event. Throws `DUMP_TRUNCATED`,
   * after all complete events, if the last line or the gzip data is truncated.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<DumpEvent, void> {
    const clock = new EventClock();
    for await (const line of this.#lines) {
      if (line.bytes.length === 0 && !line.tooLong) continue;
      const content = decodeEvent(parseLine(line));
      if (content !== undefined) {
        yield { ...content, time: clock.advance(content.delta), line: line.number };
      } else if (!line.terminated && !line.tooLong) {
        throw new DumpError('DUMP_TRUNCATED', 'its last line is incomplete', line.number);
      } else if (this.#skip) {
        this.#skipped += 1;
      } else {
        throw new DumpError('DUMP_BAD_LINE', line.tooLong ? 'it is too long' : undefined, line.number);
      }
    }
  }

  /** Closes the source. May be called more than once, but not while a read is pending. */
  async close(): Promise<void> {
    await this.#lines.return();
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

async function readMetadata(lines: AsyncGenerator<Line, void>): Promise<DumpMetadata> {
  const next = await lines.next();
  if (next.done === true) throw new DumpError('DUMP_TRUNCATED', 'it ends after its head', 2);
  const line = next.value;
  if (line.tooLong) throw new DumpError('DUMP_BAD_METADATA', 'it is too long', 2);
  const metadata = parseMetadata(decodeLeniently(line.bytes));
  if (!(metadata instanceof DumpError)) return metadata;
  if (line.terminated || metadata.code === 'DUMP_LEGACY') throw metadata;
  throw new DumpError('DUMP_TRUNCATED', 'it ends within its metadata', 2);
}

function decodeLeniently(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

// Shared, because it has no state between calls without `stream`.
const strict = new TextDecoder('utf-8', { fatal: true });

/** The JSON value of a line; undefined if it is invalid. The error is dropped because it quotes the line. */
function parseLine(line: Line): unknown {
  if (line.tooLong) return undefined;
  try {
    return JSON.parse(strict.decode(line.bytes));
  } catch {
    return undefined;
  }
}
