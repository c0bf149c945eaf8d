import { existsSync } from 'node:fs';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAll } from '../files/write-all.ts';

const LINE_FEED = 0x0a;
/** `<id> <offset> <bytes>` or `<id> end`. The id becomes a file name, so it must not be able to be a path. */
const HEADER = /^([\w-]{1,64}) (?:(end)|(\d{1,15}) (\d{1,15}))$/;
const MAX_HEADER_LENGTH = 128;

/** A part of a session's file. */
export interface Entry {
  readonly offset: number;
  readonly bytes: Buffer;
}

/**
 * Copies the entries of the write-ahead log of an ended process into the sessions' files, then removes the log. Safe to
 * interrupt and to repeat at any point: an entry is written to its offset, over itself if it is already there.
 */
export async function replay(directory: string): Promise<void> {
  const paths = await logFiles(directory);
  const sessions = new Map<string, Entry[]>();
  const ended = new Set<string>();
  for (const path of paths) readEntries(await readFile(path), sessions, ended);
  for (const [id, entries] of sessions) {
    if (ended.has(id) || existsSync(join(directory, `${id}.closed`))) continue;
    await restore(join(directory, `${id}.open`), entries);
  }
  for (const path of paths) await rm(path);
}

/** The files of the write-ahead log, oldest first. */
export async function logFiles(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => /^\d+\.journal$/.test(name));
  return names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).map((name) => join(directory, name));
}

/** Reads up to the end, or to the first incomplete entry. */
export function readEntries(log: Buffer, sessions: Map<string, Entry[]>, ended: Set<string>): void {
  for (let at = 0; ; ) {
    const headerEnd = log.indexOf(LINE_FEED, at);
    if (headerEnd === -1 || headerEnd - at > MAX_HEADER_LENGTH) return;
    const [, id, end, offset, bytes] = HEADER.exec(log.toString('latin1', at, headerEnd)) ?? [];
    if (id === undefined) return;
    at = headerEnd + 1;
    if (end !== undefined) {
      ended.add(id);
      continue;
    }
    const next = at + Number(bytes);
    if (next > log.length) return;
    const entries = sessions.get(id) ?? [];
    sessions.set(id, entries);
    entries.push({ offset: Number(offset), bytes: log.subarray(at, next) });
    at = next;
  }
}

async function restore(path: string, entries: readonly Entry[]): Promise<void> {
  // A file that is missing although the log has only later lines of it was finished and removed.
  if (entries[0]!.offset > 0 && !existsSync(path)) return;
  const file = await open(path, existsSync(path) ? 'r+' : 'wx', 0o600);
  try {
    let { size } = await file.stat();
    for (const { offset, bytes } of entries) {
      // Lines in the gap were written to the file directly and lost with it; the lines after a gap are not part of a
      // valid dump.
      if (offset > size) return;
      await writeAll(file, bytes, offset);
      size = Math.max(size, offset + bytes.length);
    }
  } finally {
    await file.close();
  }
}
