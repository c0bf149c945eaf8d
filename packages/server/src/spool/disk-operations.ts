/**
 * The contract between the event loop, which decides what is written (write-ahead-log.ts, spool-file.ts), and the
 * thread that writes it (disk-worker.ts). All writes of a spool go through one thread, because a disk that hangs blocks
 * whoever calls it: the thread then waits, while the event loop serves clients and collects lines in memory.
 *
 * **Order.** Operations are executed one at a time in the order in which they were requested. After a kill, the disk
 * therefore has what the operations up to some point have written, and the last one possibly in part: the states that
 * recovery knows. Whatever depends on the success of an operation is requested only after that was reported.
 *
 * **Memory.** Lines are not copied: a block is shared with the thread, and its bytes must not change until the
 * operations that read them have ended. **Errors** are those of the system call, with its `code`.
 *
 * Names are those of files in the directory of the spool.
 */
export type DiskOperation =
  | Share
  | Append
  | Retire
  | Write
  | Mark
  | { readonly do: 'rename'; readonly from: string; readonly to: string }
  /** A missing file is no error. */
  | { readonly do: 'remove'; readonly name: string };

/** Makes the memory of a block known, or frees it: `null`. */
export interface Share {
  readonly do: 'share';
  readonly block: number;
  readonly memory: SharedArrayBuffer | null;
}

/**
 * Writes what a block has up to `end` and its file has not yet. The file is created by the first call. After a failure
 * it ends where it did before, and the next call tries everything again.
 */
export interface Append {
  readonly do: 'append';
  readonly block: number;
  readonly name: string;
  readonly end: number;
}

/** Closes the file of a block, whose memory may then be used for another file. */
export interface Retire {
  readonly do: 'retire';
  readonly block: number;
}

/**
 * Writes lines to a session's file, which is created if `position` is 0 and must exist otherwise. The file stays closed
 * between two writes, because a descriptor per session would double those that a connection needs.
 */
export interface Write {
  readonly do: 'write';
  readonly name: string;
  readonly position: number;
  /** Bytes, or three numbers for bytes in a block: its number, start and end. */
  readonly parts: readonly (Uint8Array | number)[];
}

/** Adds a text to the end of a file. */
export interface Mark {
  readonly do: 'mark';
  readonly name: string;
  readonly text: string;
}

/** `workerData` of the thread. */
export interface DiskThreadData {
  readonly directory: string;
}
