import { type ReadBuffer, readBuffer } from './text-frames.ts';

/** Frames longer than this are put together by ws. */
const MAX_LENGTH = 16 * 1024;
/** 16 MiB in all: clients that send half a message and no more must not take the memory. Beyond that ws puts them together. */
const MAX_COUNT = 1024;

/** A text frame that has not come as a whole: a network, or a proxy, delivers what it has. */
export class PartialFrame {
  readonly buffer: ReadBuffer = readBuffer(MAX_LENGTH);
  /** Bytes that the frame has, and those that are there. */
  length = 0;
  count = 0;

  get isComplete(): boolean {
    return this.count === this.length;
  }

  /** Adds what is missing out of `bytes`, from `at` up to `to`. Returns how much that was. */
  add(bytes: Buffer, at: number, to: number): number {
    const added = Math.min(this.length - this.count, to - at);
    bytes.copy(this.buffer.bytes, this.count, at, at + added);
    this.count += added;
    return added;
  }
}

const unused: PartialFrame[] = [];
let made = 0;

/** For a frame of that many bytes; `null`: too long, or there are too many. Give it back: garbage of that size would have the whole heap searched for it. */
export function takePartial(length: number): PartialFrame | null {
  if (length > MAX_LENGTH) return null;
  let partial = unused.pop();
  if (partial === undefined) {
    if (made === MAX_COUNT) return null;
    made++;
    partial = new PartialFrame();
  }
  partial.length = length;
  partial.count = 0;
  return partial;
}

export function giveBack(partial: PartialFrame): void {
  unused.push(partial);
}
