import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { errorCode } from '../errors/error-code.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { writeAll } from '../files/write-all.ts';
import { type ClosedSession, decodeEnd, decodeFacts, encodeEnd, type SessionTrailer } from './record.ts';

/** The process ended before the socket did (RFC 6455, 7.1.5). */
const ABNORMAL_CLOSURE = 1006;
const CHUNK = 256 * 1024;
const LINE_FEED = 0x0a;
/** Lines before the first message: header, head of the dump, metadata. */
const LINES_BEFORE_MESSAGES = 3;
/** Close events and trailers are never longer than this. */
const MAX_LAST_LINE_LENGTH = 64 * 1024;

/**
 * Completes a spool file that a process left behind: cuts off a torn last line, and adds a close event and a trailer
 * where they are missing. Safe to interrupt and to repeat at any point. Returns `undefined` after removing a file
 * without a message.
 *
 * @throws GatewayError SPOOL_FILE_UNREADABLE when it is not a file of the spool or must not be read; the file
 *   is left unchanged
 */
export async function recover(path: string): Promise<ClosedSession | undefined> {
  const file = await openSpoolFile(path);
  let session: ClosedSession | undefined;
  try {
    session = await repair(file, path);
  } finally {
    await file.close();
  }
  if (!session) {
    await rm(path, { force: true });
    return undefined;
  }
  if (session.path !== path) await rename(path, session.path);
  return session;
}

/** Errors that a later attempt will meet again: a directory, a file of another user, a loop of links. */
const NEVER_OPENS = new Set(['EISDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENXIO']);

async function openSpoolFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    throw NEVER_OPENS.has(errorCode(error) ?? '') ? unreadable(path, error) : error;
  }
}

function unreadable(path: string, cause?: unknown): GatewayError {
  return new GatewayError('SPOOL_FILE_UNREADABLE', `${basename(path)} is not a file of the spool or cannot be read`, {
    cause,
  });
}

function extension(path: string): string {
  return path.endsWith('.open') ? 'open' : 'closed';
}

async function repair(file: FileHandle, path: string): Promise<ClosedSession | undefined> {
  const { lines, size, lastLineStart, firstLineEnd } = await scan(file);
  // An upload has at least a header, one line of content and a trailer.
  if (lines < 3) return undefined;
  const facts = decodeFacts(await textOf(file, 0, firstLineEnd));
  // The name is the session's id, which becomes the key of its dump.
  if (!facts || `${facts.id}.${extension(path)}` !== basename(path)) throw unreadable(path);
  const lastLine = await textOf(file, lastLineStart, Math.min(size, lastLineStart + MAX_LAST_LINE_LENGTH));
  const closedPath = path.replace(/\.open$/, '.closed');
  const dumpStart = firstLineEnd;

  const known = decodeEnd(lastLine);
  if (known) return { facts, end: known, path: closedPath, dumpStart, dumpEnd: lastLineStart };

  const messagesAndClose = lines - LINES_BEFORE_MESSAGES;
  if (messagesAndClose < 1 || facts.upload) return undefined;
  const code = closeCodeOf(lastLine);
  const messages = messagesAndClose - (code === undefined ? 0 : 1);
  if (messages < 1) return undefined;
  const { mtime } = await file.stat();
  const end: SessionTrailer = {
    endedAt: mtime.toISOString(),
    closeCode: code ?? ABNORMAL_CLOSURE,
    messages,
    receipt: null,
  };
  // The time between the last line and the end of the session is not known, so the delta is 0.
  const closeEvent = code === undefined ? `["close",null,${ABNORMAL_CLOSURE},0]\n` : '';
  await file.truncate(size);
  await writeAll(file, Buffer.from(closeEvent + encodeEnd(end)), size);
  return { facts, end, path: closedPath, dumpStart, dumpEnd: size + closeEvent.length };
}

interface Scan {
  /** Number of complete lines. */
  readonly lines: number;
  /** Offset of the end of the last complete line. */
  readonly size: number;
  readonly lastLineStart: number;
  /** Offset after the first line feed. */
  readonly firstLineEnd: number;
}

async function scan(file: FileHandle): Promise<Scan> {
  const chunk = Buffer.allocUnsafe(CHUNK);
  let lines = 0;
  let size = 0;
  let lastLineStart = 0;
  let firstLineEnd = 0;
  for (let offset = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK, offset);
    if (bytesRead === 0) return { lines, size, lastLineStart, firstLineEnd };
    const bytes = chunk.subarray(0, bytesRead);
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) {
      lines++;
      lastLineStart = size;
      size = offset + at + 1;
      if (lines === 1) firstLineEnd = size;
    }
    offset += bytesRead;
  }
}

async function textOf(file: FileHandle, start: number, end: number): Promise<string> {
  const bytes = Buffer.alloc(end - start);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  return bytes.toString('utf8', 0, bytesRead);
}

/** Reads the code of a close event; `undefined` for any other line. */
function closeCodeOf(line: string): number | undefined {
  const match = /^\["close",null,(\d{4}),\d+\]\n$/.exec(line);
  return match ? Number(match[1]) : undefined;
}
