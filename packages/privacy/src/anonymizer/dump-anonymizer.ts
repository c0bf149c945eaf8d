import { concatenate, DUMP_HEAD, MAX_LINE_BYTES } from '@rtcstats-server/dump';
import type { Anonymizer } from './anonymizer.ts';
import { DELTA_BYTES } from './event-times.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const NEWLINE = Uint8Array.of(LINE_FEED);
const EMPTY = new Uint8Array(0);
/**
 * Anonymizes a whole dump, or bare events without a head, as a stream. Uses constant memory. Unchanged stretches are
 * returned as views of the input chunk, so write them before you reuse the chunk.
 */
export class DumpAnonymizer {
  readonly #anonymizer: Anonymizer;
  /** The beginning of a line that is not complete yet, in pieces. */
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #skipping = false;
  /** The end of a line that is too long. */
  #tail: Uint8Array = EMPTY;
  #lines = 0;
  #hasHead = false;

  constructor(anonymizer: Anonymizer) {
    this.#anonymizer = anonymizer;
  }

  /** Takes the next bytes and returns the output that is complete. */
  push(chunk: Uint8Array): Uint8Array[] {
    const out: Uint8Array[] = [];
    let from = 0;
    if (this.#restBytes > 0 || this.#skipping) {
      const feed = chunk.indexOf(LINE_FEED);
      this.#keep(feed < 0 ? chunk : chunk.subarray(0, feed));
      if (feed < 0) return out;
      this.#finishRest(out);
      from = feed + 1;
    }
    // The first two lines, head and metadata, are not events.
    while (this.#lines < 2) {
      const feed = chunk.indexOf(LINE_FEED, from);
      if (feed < 0) break;
      this.#line(chunk.subarray(from, feed), out);
      from = feed + 1;
    }
    const complete = this.#lines < 2 ? from : chunk.lastIndexOf(LINE_FEED) + 1;
    if (complete > from) out.push(this.#anonymizer.lines(chunk.subarray(from, complete)));
    this.#keep(chunk.subarray(Math.max(from, complete)));
    return out;
  }

  /** Ends the input and returns the rest of the output. */
  end(): Uint8Array[] {
    const out: Uint8Array[] = [];
    this.#finishRest(out);
    return out;
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#skipping) {
      this.#tail = endOf(this.#tail, bytes);
      return;
    }
    this.#restBytes += bytes.length;
    // No client that respects a message limit sends a line this long; drop and count it.
    if (this.#restBytes > MAX_LINE_BYTES) {
      this.#tail = endOf(this.#rest.at(-1) ?? EMPTY, bytes);
      this.#rest = [];
      this.#skipping = true;
      return;
    }
    // Copy, because the chunk belongs to the caller. Not with `slice`, which returns a view if the chunk is a Buffer.
    this.#rest.push(new Uint8Array(bytes));
  }

  #finishRest(out: Uint8Array[]): void {
    if (this.#skipping) this.#anonymizer.drop('notJson', this.#tail);
    else if (this.#restBytes > 0) this.#line(concatenate(this.#rest, this.#restBytes), out);
    this.#rest = [];
    this.#restBytes = 0;
    this.#skipping = false;
  }

  #line(line: Uint8Array, out: Uint8Array[]): void {
    this.#lines++;
    const bytes = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
    if (this.#lines === 1 && isHead(bytes)) {
      this.#hasHead = true;
      out.push(bytes, NEWLINE);
      return;
    }
    if (bytes.length === 0) return;
    const clean = this.#lines === 2 && this.#hasHead ? this.#metadata(bytes) : this.#anonymizer.message(bytes);
    if (clean !== null) out.push(clean, NEWLINE);
  }

  #metadata(bytes: Uint8Array): Uint8Array | null {
    try {
      const metadata: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
      if (typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)) {
        const { startTime } = metadata as { readonly startTime?: unknown };
        if (typeof startTime === 'number') this.#anonymizer.startAt(startTime);
        return this.#anonymizer.metadata(metadata as Record<string, unknown>);
      }
      this.#anonymizer.drop('notEvent');
    } catch {
      this.#anonymizer.drop('notJson');
    }
    return null;
  }
}

/** The last bytes of two chunks, which contain the delta of the event that ends there. */
function endOf(before: Uint8Array, bytes: Uint8Array): Uint8Array {
  const [first, second] = [before.subarray(-DELTA_BYTES), bytes.subarray(-DELTA_BYTES)];
  return concatenate([first, second], first.length + second.length).subarray(-DELTA_BYTES);
}

function isHead(bytes: Uint8Array): boolean {
  return bytes.length === DUMP_HEAD.length && new TextDecoder().decode(bytes) === DUMP_HEAD;
}
