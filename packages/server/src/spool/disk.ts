import { extname } from 'node:path';
import { BlockingThread } from '../threads/blocking-thread.ts';
import { Block, type Slice } from './block.ts';
import type { DiskOperation, DiskThreadData } from './disk-operations.ts';

/** TypeScript in the checkout, JavaScript in the published package: the thread has the extension of this module. */
const SCRIPT = new URL(`./disk-worker${extname(import.meta.filename)}`, import.meta.url);

/** The files of a spool, as disk-operations.ts describes. Every call returns at once. */
export class Disk {
  readonly #thread: BlockingThread<DiskOperation, void>;

  constructor(directory: string) {
    this.#thread = new BlockingThread(SCRIPT, { directory } satisfies DiskThreadData);
  }

  /** Resolves when the thread runs. */
  async ready(): Promise<void> {
    await this.#thread.run({ do: 'retire', block: 0 });
  }

  /** For how long the disk has not answered, in seconds; 0 when nothing is being written. */
  get stallSeconds(): number {
    return this.#thread.waitingSeconds;
  }

  /** Makes the memory of a block known. */
  share({ number, memory }: Block): void {
    void this.#thread.run({ do: 'share', block: number, memory });
  }

  /** Frees the memory of a block. */
  unshare({ number }: Block): void {
    void this.#thread.run({ do: 'share', block: number, memory: null });
  }

  /** Writes a block to its file up to its present end. */
  append({ number, name, end }: Block): Promise<void> {
    return this.#thread.run({ do: 'append', block: number, name, end });
  }

  /** Resolves when nothing reads the block any more. */
  retire({ number }: Block): Promise<void> {
    return this.#thread.run({ do: 'retire', block: number });
  }

  /** Writes lines to a session's file. */
  write(name: string, position: number, slices: readonly Slice[]): Promise<void> {
    const parts: (Uint8Array | number)[] = [];
    for (const { block, start, end } of slices) {
      if (block instanceof Block) parts.push(block.number, start, end);
      else parts.push(block.bytes);
    }
    return this.#thread.run({ do: 'write', name, position, parts });
  }

  mark(name: string, text: string): Promise<void> {
    return this.#thread.run({ do: 'mark', name, text });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#thread.run({ do: 'rename', from, to });
  }

  /** A missing file is no error. */
  remove(name: string): Promise<void> {
    return this.#thread.run({ do: 'remove', name });
  }

  /** Ends the thread after all operations. */
  async close(): Promise<void> {
    await this.#thread.close();
  }
}
