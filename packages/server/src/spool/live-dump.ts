import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../errors/error-code.ts';
import { decodeEnd } from './record.ts';
import { type Entry, logFiles, readEntries } from './replay.ts';

const LINE_FEED = 0x0a;

/**
 * The dump of a session that is being recorded, as far as it is on disk: the anonymized lines that will be stored.
 * Nothing is changed, so the process that records the session is not disturbed.
 *
 * Its latest lines are in the write-ahead log, the others in the session's file. The log is read first: lines that move
 * from it to the file meanwhile are then read twice, not missed.
 *
 * @param spool the directory of the gateway; workers have directories in it
 * @param from offset in the dump of the first byte that is wanted
 * @returns complete lines, none if there is nothing new; undefined if the session is not in this spool
 */
export async function liveDump(spool: string, id: string, from: number): Promise<Buffer | undefined> {
  for (const directory of await directoriesOf(spool)) {
    const file = await liveFile(directory, id);
    if (file === undefined) continue;
    const start = file.indexOf(LINE_FEED) + 1;
    const end = file.lastIndexOf(LINE_FEED) + 1;
    return start === 0 ? Buffer.alloc(0) : withoutTrailer(file.subarray(start, end)).subarray(from);
  }
  return undefined;
}

async function directoriesOf(spool: string): Promise<string[]> {
  const entries = await readdir(spool, { withFileTypes: true });
  const workers = entries.filter((entry) => entry.isDirectory() && /^\d+$/.test(entry.name));
  return [spool, ...workers.map(({ name }) => join(spool, name))];
}

async function liveFile(directory: string, id: string): Promise<Buffer | undefined> {
  const entries = await entriesOf(directory, id);
  const written = await readIfPresent(join(directory, `${id}.open`));
  if (entries === undefined || (entries.length === 0 && written === undefined)) return undefined;
  const parts = written === undefined ? [] : [written];
  let length = written?.length ?? 0;
  for (const { offset, bytes } of entries) {
    // Lines in a gap are in a block that was given up after the file was read.
    if (offset > length) break;
    if (offset + bytes.length <= length) continue;
    // Up to here it is in the file already, or in an entry before.
    parts.push(bytes.subarray(length - offset));
    length = offset + bytes.length;
  }
  return Buffer.concat(parts, length);
}

/** The entries of a session in the write-ahead log, in order; undefined if the session has ended. */
async function entriesOf(directory: string, id: string): Promise<Entry[] | undefined> {
  const found: Entry[] = [];
  const ended = new Set<string>();
  for (const path of await logFiles(directory)) {
    const sessions = new Map<string, Entry[]>();
    const log = await readIfPresent(path);
    if (log !== undefined) readEntries(log, sessions, ended);
    // Copied, so that the memory of the block is free again.
    for (const { offset, bytes } of sessions.get(id) ?? []) found.push({ offset, bytes: Buffer.from(bytes) });
  }
  return ended.has(id) ? undefined : found;
}

/** A session that ends just now has its end record as the last line of its file. */
function withoutTrailer(dump: Buffer): Buffer {
  const last = dump.lastIndexOf(LINE_FEED, dump.length - 2) + 1;
  return decodeEnd(dump.toString('utf8', last, dump.length - 1)) === undefined ? dump : dump.subarray(0, last);
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
