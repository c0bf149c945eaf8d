import { BLOCK_BYTES, Block, type LoggedFile, type Slice } from './block.ts';
import type { Disk } from './disk.ts';
import { writeHeader } from './log-header.ts';

/**
 * The maximum number of blocks. When it is reached, connections are paused until half of the blocks above `BLOCKS_KEPT`
 * are free again. The messages that were already read get further blocks.
 */
const MAX_BLOCKS = 64;
/** A block is given up when it is this old, in milliseconds, or when more than this many are in use. */
const OLDEST_BLOCK_MS = 10_000;
const BLOCKS_KEPT = 48;
const BLOCKS_TO_RESUME = (MAX_BLOCKS + BLOCKS_KEPT) / 2;
/** Unwritten bytes that are written without waiting for the next tick. */
const WRITE_BYTES = 64 * 1024;
/** Sessions' files that the disk thread writes in one go to give up a block; sessions may end in between. */
const FILES_AT_ONCE = 500;

/** The longest line that the write-ahead log takes. */
export const MAX_ENTRY_LENGTH = BLOCK_BYTES / 4;

/** Length of an entry's header without the id: two safe integers, two separators and the line feed. */
const MAX_HEADER_BYTES = 2 * 16 + 3;

const LINE_FEED = 0x0a;

/** The file of a block that was given up, kept while it has lines that are nowhere else on disk. */
interface KeptFile {
  readonly name: string;
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
  readonly #disk: Disk;
  /** Of the files. */
  #number = 0;
  /** Oldest first; the last one is written to, unless it is sealed. */
  readonly #blocks: Block[] = [];
  readonly #free: Block[] = [];
  /** Blocks that were made so far. */
  #made = 0;
  /** Entries without unwritten lines are files that could not be removed yet. */
  #kept: KeptFile[] = [];
  #givingUp: Promise<void> | undefined;
  #closing = false;
  /** Set while too many blocks are in use. */
  #full: PromiseWithResolvers<void> | undefined;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Resolves when there is room for lines of open connections; undefined while there is. */
  get full(): Promise<void> | undefined {
    return this.#full?.promise;
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
    if (end - block.requested >= WRITE_BYTES) void this.write();
    return { block, start, end };
  }

  /**
   * Marks a session's file as complete, so that a replay does not bring it back after it was removed. Resolves when
   * that is written.
   *
   * @throws Error when it cannot be written; the file must not be renamed or removed then
   */
  async end(id: string): Promise<void> {
    const header = `${id} end\n`;
    for (const { name, unwritten } of this.#kept) {
      if (!unwritten.has(id)) continue;
      await this.#disk.mark(name, header);
      unwritten.delete(id);
    }
    const block = this.#room(header.length);
    block.end += block.bytes.write(header, block.end, 'latin1');
    // The blocks before it first, so that the files never lack a line that is followed by others.
    for (const older of this.#blocks.slice(0, -1)) if (isUnwritten(older)) void this.#write(older);
    await this.#append(block);
  }

  /**
   * Writes all unwritten lines. Resolves when that is done; does not reject: lines that the log cannot take go to the
   * sessions' files at once.
   */
  async write(): Promise<void> {
    await Promise.all(this.#blocks.filter(isUnwritten).map((block) => this.#write(block)));
  }

  /** Gives up the blocks that are old by now. To be called at every tick; does not reject. */
  async giveUp(now: number): Promise<void> {
    if (this.#kept.length > 0) void this.#removeKept();
    await this.#startGivingUp(now);
  }

  /** Gives up all blocks that have lines now, so that nothing of a session that was removed remains in their files. */
  async giveUpAll(): Promise<void> {
    await this.#givingUp;
    await this.#startGivingUp(Date.now() + OLDEST_BLOCK_MS);
  }

  /** Gives up all blocks. Only files with lines that could not be written to the sessions' files remain. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#givingUp;
    await this.#giveUp(Date.now());
    await this.#removeKept();
  }

  #room(bytes: number): Block {
    const last = this.#blocks.at(-1);
    if (last && !last.sealed && last.end + bytes <= BLOCK_BYTES) return last;
    const block = this.#free.pop() ?? this.#make();
    block.reset(`${++this.#number}.journal`, Date.now());
    this.#blocks.push(block);
    if (this.#blocks.length >= MAX_BLOCKS) this.#full ??= Promise.withResolvers();
    if (this.#blocks.length > BLOCKS_KEPT) void this.#startGivingUp(Date.now());
    return block;
  }

  #make(): Block {
    const block = new Block(++this.#made);
    this.#disk.share(block);
    return block;
  }

  async #write(block: Block): Promise<void> {
    try {
      await this.#append(block);
    } catch {
      for (const file of new Set(block.files)) void file.flush();
    }
  }

  async #append(block: Block): Promise<void> {
    const { requested } = block;
    block.requested = block.end;
    try {
      await this.#disk.append(block);
    } catch (error) {
      // The next call tries the same bytes again.
      block.requested = Math.min(block.requested, requested);
      throw error;
    }
  }

  #startGivingUp(now: number): Promise<void> {
    this.#givingUp ??= this.#giveUp(now).finally(() => {
      this.#givingUp = undefined;
    });
    return this.#givingUp;
  }

  async #giveUp(now: number): Promise<void> {
    for (let block = this.#blocks[0]; block && this.#isDue(block, now); block = this.#blocks[0]) {
      await this.#release(block);
      this.#recycle(block);
    }
  }

  #isDue({ since }: Block, now: number): boolean {
    return this.#closing || now - since >= OLDEST_BLOCK_MS || this.#blocks.length > BLOCKS_KEPT;
  }

  /** Writes the lines of a block to the sessions' files. */
  async #release(block: Block): Promise<void> {
    block.sealed = true;
    // Until they are in the sessions' files, a kill must not take them.
    if (isUnwritten(block)) void this.#write(block);
    const release = async (file: LoggedFile): Promise<void> => {
      if (!(await file.release(block))) block.unwritten.add(file.id);
    };
    for (let start = 0; start < block.files.length; start += FILES_AT_ONCE) {
      await Promise.all(block.files.slice(start, start + FILES_AT_ONCE).map(release));
    }
    // From here on, `write` requests nothing for it.
    this.#blocks.shift();
    await this.#disk.retire(block);
    this.#kept.push({ name: block.name, unwritten: block.unwritten });
    await this.#removeKept();
  }

  #recycle(block: Block): void {
    if (this.#blocks.length + this.#free.length < MAX_BLOCKS) this.#free.push(block);
    else this.#disk.unshare(block);
    if (this.#blocks.length > BLOCKS_TO_RESUME) return;
    this.#full?.resolve();
    this.#full = undefined;
  }

  async #removeKept(): Promise<void> {
    const removable = this.#kept.filter(({ unwritten }) => unwritten.size === 0);
    this.#kept = this.#kept.filter(({ unwritten }) => unwritten.size > 0);
    const remove = async (file: KeptFile): Promise<void> => {
      try {
        await this.#disk.remove(file.name);
      } catch {
        this.#kept.push(file);
      }
    };
    await Promise.all(removable.map(remove));
  }
}

function isUnwritten({ requested, end }: Block): boolean {
  return requested < end;
}
