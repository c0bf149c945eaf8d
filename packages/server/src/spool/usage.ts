import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The files in the spool at the moment. */
export interface SpoolUsage {
  /** Bytes of all files, including the write-ahead log. */
  readonly bytes: number;
  /** Sessions that are being recorded. */
  readonly open: WaitingFiles;
  /** Sessions that wait to be finished. */
  readonly closed: WaitingFiles;
}

export interface WaitingFiles {
  readonly files: number;
  /** Age of the oldest file; 0 without files. */
  readonly oldestSeconds: number;
}

/** Number of concurrent `stat` calls. Each occupies a thread of Node.js, for as long as a disk hangs. */
const AT_ONCE = 4;

/** Sums up all files of the spool, without those that disappear meanwhile. */
export async function spoolUsage(directory: string, now: number = Date.now()): Promise<SpoolUsage> {
  let bytes = 0;
  const open = { files: 0, oldestSeconds: 0 };
  const closed = { files: 0, oldestSeconds: 0 };
  const names = await readdir(directory, { recursive: true });
  const look = async (name: string): Promise<void> => {
    const file = await stat(join(directory, name)).catch(() => undefined);
    if (!file?.isFile()) return;
    bytes += file.size;
    if (name.endsWith('.open')) add(open, now - file.birthtimeMs);
    else if (name.endsWith('.closed')) add(closed, now - file.mtimeMs);
  };
  for (let start = 0; start < names.length; start += AT_ONCE) {
    await Promise.all(names.slice(start, start + AT_ONCE).map(look));
  }
  return { bytes, open, closed };
}

function add(waiting: { files: number; oldestSeconds: number }, milliseconds: number): void {
  waiting.files++;
  waiting.oldestSeconds = Math.max(waiting.oldestSeconds, milliseconds / 1000);
}
