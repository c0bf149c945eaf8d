/** Size of a block in memory and on disk. */
export const BLOCK_BYTES = 1024 * 1024;

const LINE_FEED = 0x0a;

/** A session's file whose lines the write-ahead log holds. */
export interface LoggedFile {
  readonly id: string;
  /** Writes the lines that wait now to the file. Does not reject. */
  flush(): Promise<void>;
  /**
   * Writes the waiting lines of a block that is given up; its memory may be used again afterwards. False when that
   * failed, so that only the block's file has them. Does not reject.
   */
  release(block: Block): boolean | Promise<boolean>;
}

/** Lines of many sessions, in memory that the disk thread shares. */
export class Block {
  /** Names the memory in operations of the disk thread. */
  readonly number: number;
  readonly memory: SharedArrayBuffer = new SharedArrayBuffer(BLOCK_BYTES);
  readonly bytes: Buffer = Buffer.from(this.memory);
  /** Name of its file. */
  name = '';
  /** End of the lines. */
  end = 0;
  /** End of the lines that the disk thread has or had to write. */
  requested = 0;
  since = 0;
  /** Whether it takes no more lines, because it is being given up. */
  sealed = false;
  /** Files with lines in the block, in the order of their first line; a file may be listed twice. */
  files: LoggedFile[] = [];
  /** Ids of the sessions that could not write their lines to their files. */
  unwritten = new Set<string>();

  constructor(number: number) {
    this.number = number;
  }

  /** Prepares it for new lines. */
  reset(name: string, since: number): void {
    this.name = name;
    this.since = since;
    this.end = 0;
    this.requested = 0;
    this.sealed = false;
    this.files = [];
    this.unwritten = new Set();
  }
}

/** A line with its line feed, in memory: in a block, or in a buffer of its own. */
export interface Slice {
  readonly block: Block | { readonly bytes: Buffer };
  readonly start: number;
  readonly end: number;
}

export function sliceOf(bytes: Buffer): Slice {
  return { block: { bytes }, start: 0, end: bytes.length };
}

/** Adds the line feed, in a buffer of its own. */
export function terminated(line: Uint8Array): Slice {
  const bytes = Buffer.allocUnsafeSlow(line.length + 1);
  bytes.set(line);
  bytes[line.length] = LINE_FEED;
  return sliceOf(bytes);
}

/** Copies the slices, one after the other, into a buffer of their own. */
export function joined(slices: readonly Slice[]): Slice {
  const parts = slices.map(({ block, start, end }) => block.bytes.subarray(start, end));
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = Buffer.allocUnsafeSlow(total);
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return sliceOf(bytes);
}
