import { createHash } from 'node:crypto';
import type { DumpContent } from './anonymized-content.ts';

const LINE_FEED = 10;
/** Longer metadata is compared as it is. Gateways write some hundred bytes. */
const MAX_METADATA_BYTES = 1024 * 1024;

/**
 * Hashes the content of a dump without the note of the anonymizer in its metadata (`privacy`), which names the policy
 * and changes with every pass, and without the line feeds at its end. Two dumps have the same hash if nothing in them
 * was replaced. Memory does not grow with the size of the dump, except for a webrtc-internals dump.
 */
export class ContentHash {
  readonly #kind: DumpContent['kind'];
  readonly #hash = createHash('sha256');
  /** The beginning of a dump up to the end of its metadata, or all of a webrtc-internals dump. */
  #start: Uint8Array[] | null;
  #startBytes = 0;
  #lines = 0;
  /** Line feeds that are not hashed yet, because they may be the last ones. */
  #feeds = 0;

  constructor(kind: DumpContent['kind']) {
    this.#kind = kind;
    this.#start = kind === 'recording' ? null : [];
  }

  push(chunk: Uint8Array): void {
    if (this.#start === null) {
      this.#add(chunk);
      return;
    }
    const end = this.#kind === 'dump' ? this.#endOfMetadata(chunk) : chunk.length;
    this.#startBytes += end;
    this.#start.push(chunk.slice(0, end));
    const isDone = this.#lines === 2 || (this.#kind === 'dump' && this.#startBytes > MAX_METADATA_BYTES);
    if (!isDone) return;
    this.#flushStart();
    this.#add(chunk.subarray(end));
  }

  /** Ends the content. @returns the hash, in hexadecimal digits */
  end(): string {
    this.#flushStart();
    return this.#hash.digest('hex');
  }

  #endOfMetadata(chunk: Uint8Array): number {
    for (let from = 0; this.#lines < 2; this.#lines++) {
      const feed = chunk.indexOf(LINE_FEED, from);
      if (feed < 0) return chunk.length;
      from = feed + 1;
      if (this.#lines === 1) {
        this.#lines = 2;
        return from;
      }
    }
    return 0;
  }

  #flushStart(): void {
    if (this.#start === null) return;
    const bytes = Buffer.concat(this.#start);
    this.#start = null;
    this.#add(this.#kind === 'dump' ? withoutNote(bytes) : normalized(bytes));
  }

  #add(bytes: Uint8Array): void {
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === LINE_FEED) end -= 1;
    if (end > 0) {
      if (this.#feeds > 0) this.#hash.update('\n'.repeat(this.#feeds));
      this.#hash.update(bytes.subarray(0, end));
      this.#feeds = 0;
    }
    this.#feeds += bytes.length - end;
  }
}

/** The head and the metadata as one JSON text, without `privacy`; what cannot be parsed stays as it is. */
function withoutNote(start: Buffer): Uint8Array {
  const feed = start.indexOf(LINE_FEED);
  const head = start.subarray(0, feed + 1);
  try {
    const { privacy: _, ...metadata } = JSON.parse(start.subarray(feed + 1).toString()) as Record<string, unknown>;
    return Buffer.concat([head, Buffer.from(`${JSON.stringify(metadata)}\n`)]);
  } catch {
    return start;
  }
}

/** White space between the values of a JSON text does not matter. */
function normalized(text: Buffer): Uint8Array {
  try {
    return Buffer.from(JSON.stringify(JSON.parse(text.toString())));
  } catch {
    return text;
  }
}
