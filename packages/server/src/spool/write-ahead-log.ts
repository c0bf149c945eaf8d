import { appendFileSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../errors/error-code.ts';
import { closeQuietly } from './with-file.ts';

/** Size of a block in memory and on disk, and the maximum number of blocks. */
const BLOCK_BYTES = 1024 * 1024;
const MAX_BLOCKS = 64;
/** A block is given up when it is this old, in milliseconds, or when more than this many are in use. */
const OLDEST_BLOCK_MS = 10_000;
const BLOCKS_KEPT = 48;
/** Unwritten bytes that are written without waiting for the next tick. */
const WRITE_BYTES = 64 * 1024;
/** Sessions' files that are written per tick to give up old blocks; sockets are served in between. */
const FILES_PER_TICK = 500;

/** The longest line that the write-ahead log takes. */
export const MAX_ENTRY_LENGTH = BLOCK_BYTES / 4;

/** Length of an entry's header without the id: two safe integers, two separators and the line feed. */
const MAX_HEADER_BYTES = 2 * 16 + 3;

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const DIGIT_ZERO = 0x30;

/** A session's file whose lines the write-ahead log holds. */
export interface LoggedFile {
  readonly id: string;
  /** Writes all waiting lines to the file. Does not throw. */
  flush(): void;
  /**
   * Writes the waiting lines of a block that is given up. False when that failed, so that only the block's file has
   * them.
   */
  release(block: Block): boolean;
}

/** A line with its line feed, in memory. */
export interface Slice {
  readonly block: { readonly bytes: Buffer };
  readonly start: number;
  readonly end: number;
}

export class Block {
  readonly bytes: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  path = '';
  fd = -1;
  end = 0;
  written = 0;
  since = 0;
  /** Files with lines in the block, in the order of their first line; a file may be listed twice. */
  files: LoggedFile[] = [];
  released = 0;
  /** Ids of the sessions that could not write their lines to their files. */
  unwritten = new Set<string>();
}

/** The file of a block that was given up, kept while it has lines that are nowhere else on disk. */
interface KeptFile {
  readonly path: string;
  readonly unwritten: Set<string>;
}

/**
 * The write-ahead log of the spool: all lines that were received last, from all sessions, in the order of arrival.
 *
 * Writing each line to the file of its session would cost an open, a write and a close per message. Instead, a line is
 * copied into the current block in memory; a block is written to its own file in one go, and the sessions' files are
 * written much later, when enough lines of a session wait or when its oldest block is given up. (Measured with 5,000
 * messages per second on 5,000 connections: 2 µs of CPU per message instead of 8.)
 *
 *     add(line)            write(), every tick          giveUp() or 64 KiB of one session
 *        │                 or after 64 KiB                 │
 *        ▼                      ▼                          ▼
 *     block in memory ───▶ <number>.journal ─ ─ ─ ─ ▶ <id>.open, then the block's file is removed
 *     lost by kill -9      survives kill -9           survives kill -9
 *
 * Blocks are a queue: the newest takes lines, the oldest is given up after 10 s, or when more than 48 are in use.
 * Nothing here calls fsync: what is written survives the end of the process, not a power cut.
 *
 * **After a crash** there are the files of the blocks that were not given up, the last one possibly with a torn entry
 * at its end, and `.open` files that have some of the same lines or none. replay.ts writes every whole entry to its
 * offset in the session's file, which changes nothing where the line is already there, and then removes the blocks'
 * files.
 *
 *     <spool>/<number>.journal    one file per block, removed when every line in it is in a session's file. On a full
 *                                 disk that may be long after the block's memory has been used for other lines
 *
 * A file is a sequence of entries. `offset` is the place of the lines in the session's file, `bytes` is their length:
 *
 *     <id> <offset> <bytes>\n<lines>
 *     <id> end\n                      the session's file is complete under its final name; its other entries are void
 */
export class WriteAheadLog {
  readonly #directory: string;
  #number = 0;
  /** Oldest first; the last one is written to. */
  readonly #blocks: Block[] = [];
  readonly #free: Block[] = [];
  /** Entries without unwritten lines are files that could not be removed yet. */
  #kept: KeptFile[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Copies a line of at most `MAX_ENTRY_LENGTH` bytes into the log; `offset` is its place in the session's file. */
  add(file: LoggedFile, offset: number, line: Uint8Array): Slice {
    const bytes = line.length + 1;
    const block = this.#room(file.id.length + MAX_HEADER_BYTES + bytes);
    const start = writeHeader(block.bytes, block.end, file.id, offset, bytes);
    block.bytes.set(line, start);
    const end = start + bytes;
    block.bytes[end - 1] = LINE_FEED;
    block.end = end;
    if (block.files.at(-1) !== file) block.files.push(file);
    if (end - block.written >= WRITE_BYTES) this.write();
    return { block, start, end };
  }

  /**
   * Marks a session's file as complete, so that a replay does not bring it back after it was removed. Written before it
   * returns.
   *
   * @throws Error when it cannot be written; the file must not be renamed or removed then
   */
  end(id: string): void {
    const header = `${id} end\n`;
    for (const { path, unwritten } of this.#kept) {
      if (!unwritten.has(id)) continue;
      appendFileSync(path, header);
      unwritten.delete(id);
    }
    this.#removeKept();
    const block = this.#room(header.length);
    block.end += block.bytes.write(header, block.end, 'latin1');
    this.write();
    if (block.written < block.end) this.#writeBlock(block);
  }

  /** Writes all unwritten lines. Does not throw: lines that the log cannot take go to the sessions' files at once. */
  write(): void {
    for (let index = this.#blocks.length - 1; index >= 0; index--) {
      const block = this.#blocks[index]!;
      if (block.written === block.end) return;
      try {
        this.#writeBlock(block);
      } catch {
        for (const file of block.files.slice(block.released)) file.flush();
      }
    }
  }

  /** Gives up old blocks, a limited number of files per call. */
  giveUp(now: number): void {
    this.#removeKept();
    let files = FILES_PER_TICK;
    while (files > 0) {
      const oldest = this.#blocks[0];
      if (!oldest || (now - oldest.since < OLDEST_BLOCK_MS && this.#blocks.length <= BLOCKS_KEPT)) return;
      files -= this.#release(oldest, files);
    }
  }

  /** Gives up all blocks. Only files with lines that could not be written to the sessions' files remain. */
  close(): void {
    while (this.#blocks.length > 0) this.#release(this.#blocks[0]!, Number.POSITIVE_INFINITY);
    this.#removeKept();
  }

  #room(bytes: number): Block {
    const last = this.#blocks.at(-1);
    if (last && last.end + bytes <= BLOCK_BYTES) return last;
    if (this.#blocks.length >= MAX_BLOCKS) this.#release(this.#blocks[0]!, Number.POSITIVE_INFINITY);
    const block = this.#free.pop() ?? new Block();
    block.path = join(this.#directory, `${++this.#number}.journal`);
    block.since = Date.now();
    this.#blocks.push(block);
    return block;
  }

  #writeBlock(block: Block): void {
    if (block.fd === -1) block.fd = openSync(block.path, 'wx', 0o600);
    let done = block.written;
    try {
      while (done < block.end) done += writeSync(block.fd, block.bytes, done, block.end - done, done);
      block.written = done;
    } catch (error) {
      // Back to the end of the last complete write, so that the file stays readable and can be appended to.
      if (done > block.written) ftruncateSync(block.fd, block.written);
      throw error;
    }
  }

  /**
   * Releases up to `most` files of the oldest block, and the block itself after its last file. Returns the number of
   * steps.
   */
  #release(block: Block, most: number): number {
    const first = block.released;
    const last = Math.min(block.files.length, first + most);
    while (block.released < last) {
      const file = block.files[block.released++]!;
      if (!file.release(block)) block.unwritten.add(file.id);
    }
    if (block.released === block.files.length) this.#remove(block);
    return block.released - first + 1;
  }

  #remove(block: Block): void {
    this.#blocks.shift();
    if (block.fd !== -1) {
      this.#kept.push({ path: block.path, unwritten: block.unwritten });
      closeQuietly(block.fd);
    }
    block.fd = -1;
    block.end = 0;
    block.written = 0;
    block.released = 0;
    block.files = [];
    block.unwritten = new Set();
    this.#free.push(block);
    this.#removeKept();
  }

  #removeKept(): void {
    if (this.#kept.length === 0) return;
    this.#kept = this.#kept.filter(({ path, unwritten }) => unwritten.size > 0 || !removed(path));
  }
}

/**
 * Returns the end of the header. Written byte by byte, because encoding a string costs several times as much, for every
 * message.
 */
function writeHeader(block: Buffer, from: number, id: string, offset: number, bytes: number): number {
  let at = from;
  for (let i = 0; i < id.length; i++) block[at++] = id.charCodeAt(i);
  block[at++] = SPACE;
  at = writeNumber(block, at, offset);
  block[at++] = SPACE;
  at = writeNumber(block, at, bytes);
  block[at++] = LINE_FEED;
  return at;
}

/** Writes a non-negative safe integer in decimal digits and returns their end. */
function writeNumber(block: Buffer, from: number, value: number): number {
  let end = from + 1;
  for (let power = 10; power <= value; power *= 10) end++;
  for (let i = end - 1, rest = value; i >= from; i--) {
    const tens = Math.floor(rest / 10);
    block[i] = DIGIT_ZERO + (rest - tens * 10);
    rest = tens;
  }
  return end;
}

function removed(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    return errorCode(error) === 'ENOENT';
  }
}
