import type { DumpEvent } from './event.ts';
import { type InternalsDump, readInternalsDump } from './internals.ts';
import { internalsEvents, internalsMetadata } from './internals-events.ts';
import { KIND_BYTES, kindOf } from './kind.ts';
import { DUMP_HEAD, type DumpMetadata } from './metadata.ts';
import { DumpReader, type DumpReaderOptions } from './reader.ts';
import { type DumpSource, dumpBytes, peekBytes } from './source.ts';
import { StatsDelta } from './stats-delta.ts';
import type { StatsProperties } from './stats-properties.ts';

/** The events of a file and what it says about itself. Can be iterated once; leaving the loop closes the source. */
export interface EventReader extends AsyncIterable<DumpEvent> {
  /** An internals dump has no lines that are events: `line` of an event is its position then. */
  readonly kind: 'dump' | 'webrtc-internals';
  readonly metadata: DumpMetadata;
  /** Number of lines skipped so far because they were not events. */
  readonly skippedLines: number;
  /**
   * The same events in batches, with `stats`. An event is valid until the next one. Consume all events of a batch
   * before you ask for the next.
   */
  batches(properties: StatsProperties): AsyncIterable<Iterable<DumpEvent>>;
  /** Closes the source. */
  close(): Promise<void>;
}

/**
 * Opens an rtcstats dump, which is read in constant memory, or a webrtc-internals dump, which is one JSON text and held
 * in memory as a whole. Throws a `DumpError` like `DumpReader.open` and `readInternalsDump`.
 *
 *     for await (const event of await openEvents(file.stream())) …
 */
export async function openEvents(source: DumpSource, options: DumpReaderOptions = {}): Promise<EventReader> {
  // First the head alone: at the end of a short and truncated dump, peeking further would fail before its events are
  // read.
  const first = await peekBytes(dumpBytes(source), DUMP_HEAD.length + 3 + 2);
  if (kindOf(first.start) === 'dump') return await DumpReader.open(first.chunks, options);
  const { start, chunks } = await peekBytes(first.chunks, KIND_BYTES);
  if (kindOf(start) !== 'webrtc-internals') return await DumpReader.open(chunks, options);
  return new InternalsReader(await readInternalsDump(chunks));
}

class InternalsReader implements EventReader {
  readonly kind = 'webrtc-internals';
  readonly skippedLines = 0;
  readonly metadata: DumpMetadata;
  readonly #events: Generator<DumpEvent, void>;

  constructor(dump: InternalsDump) {
    this.metadata = internalsMetadata(dump);
    this.#events = internalsEvents(dump);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DumpEvent, void> {
    yield* this.#events;
  }

  async *batches(properties: StatsProperties): AsyncGenerator<Iterable<DumpEvent>, void> {
    const stats = new StatsDelta(properties);
    for (const event of this.#events) {
      const isRead = event.method === 'getStats' && stats.read(event.value);
      yield [isRead ? { ...event, stats } : event];
    }
  }

  async close(): Promise<void> {
    this.#events.return();
  }
}
