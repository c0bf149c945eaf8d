import { type ReadBuffer, readBuffer } from './text-frames.ts';

/** Longer frames are assembled by ws. */
const MAX_LENGTH = 16 * 1024;
/**
 * 16 MiB in all, so that clients that send half a message and no more cannot exhaust the memory. Beyond that ws
 * assembles.
 */
const MAX_COUNT = 1024;

/** A text frame of which only a part has arrived, because networks and proxies split what they deliver. */
export class PartialFrame {
  readonly buffer: ReadBuffer = readBuffer(MAX_LENGTH);
  /** Bytes of the whole frame, and of the part that has arrived. */
  length = 0;
  count = 0;

  get isComplete(): boolean {
    return this.count === this.length;
  }

  /** Copies the missing bytes from `bytes`, between `at` and `to`. Returns how many bytes were copied. */
  add(bytes: Buffer, at: number, to: number): number {
    const added = Math.min(this.length - this.count, to - at);
    bytes.copy(this.buffer.bytes, this.count, at, at + added);
    this.count += added;
    return added;
  }
}

const unused: PartialFrame[] = [];
let created = 0;

/**
 * For a frame of `length` bytes; `null` if it is too long or the pool is empty. Has to be released (`releasePartial`),
 * because the buffers are pooled: garbage of that size makes V8 run a full collection.
 */
export function takePartial(length: number): PartialFrame | null {
  if (length > MAX_LENGTH) return null;
  let partial = unused.pop();
  if (partial === undefined) {
    if (created === MAX_COUNT) return null;
    created++;
    partial = new PartialFrame();
  }
  partial.length = length;
  partial.count = 0;
  return partial;
}

export function releasePartial(partial: PartialFrame): void {
  unused.push(partial);
}
