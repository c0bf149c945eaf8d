import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What lies in the spool just now. */
export interface SpoolUsage {
  /** Bytes of all files, the journal included. */
  readonly bytes: number;
  /** Sessions that are recorded, and since when the first of them is. */
  readonly open: WaitingFiles;
  /** Sessions that wait to be finished, and since when the first of them does. */
  readonly closed: WaitingFiles;
}

export interface WaitingFiles {
  readonly files: number;
  /** 0 when there are none. */
  readonly oldestSeconds: number;
}

/** Files that are looked at at the same time. */
const AT_ONCE = 64;

/** Looks at every file of the spool; those that go in the meantime are left out. */
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
