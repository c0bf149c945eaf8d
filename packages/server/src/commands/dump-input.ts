import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { DUMP_HEAD, DumpError, dumpBytes, MAX_INTERNALS_BYTES, peekBytes } from '@rtcstats-server/dump';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';

/**
 * `dump`: head, metadata, events. `recording`: events only, as a client sent them. `webrtc-internals`: what
 * chrome://webrtc-internals saves, one JSON object.
 */
export type InputKind = 'dump' | 'recording' | 'webrtc-internals';

export interface DumpInput {
  /** As it stands in error messages. */
  readonly name: string;
  readonly kind: InputKind;
  /** It was compressed; `bytes` are not. */
  readonly gzipped: boolean;
  /** Read once, to the end or until broken off. Fails with `INPUT_UNREADABLE`. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Bytes as they are stored, for progress: all (`undefined` for a pipe), and those read by now. */
  readonly size: number | undefined;
  bytesRead(): number;
  /** Lets go of the file, whether `bytes` was read or never begun. Safe to call twice. */
  close(): void;
}

/** Standard input where a file is expected. */
export const STDIN = '-';

/** How much is looked at to tell what it is. */
const PEEK_BYTES = 64 * 1024;
const READ_BYTES = 256 * 1024;
const BRACKET = '['.charCodeAt(0);

/**
 * Opens a dump of any kind, plain or gzipped.
 *
 * @throws GatewayError INPUT_UNREADABLE, NOT_A_DUMP or UNSUPPORTED_FORMAT; nothing is left open then
 */
export async function openDumpInput(path: string): Promise<DumpInput> {
  const name = path === STDIN ? 'standard input' : path;
  const source = path === STDIN ? { stream: process.stdin, size: undefined } : await openFile(path);
  return await readDump(source.stream, name, source.size);
}

/** The same over a stream that is open already, such as one of the storage. `name` stands in error messages. */
export async function readDump(stream: Readable, name: string, size?: number | undefined): Promise<DumpInput> {
  let read = 0;
  async function* counted() {
    for await (const chunk of stream) {
      read += chunk.length;
      yield chunk;
    }
  }
  // A generator that was never begun closes nothing when it is given up.
  const close = (): void => void stream.destroy();
  try {
    const stored = await peekBytes(counted(), 2);
    const gzipped = stored.start[0] === 0x1f && stored.start[1] === 0x8b;
    const { start, chunks } = await peekBytes(dumpBytes(stored.chunks), PEEK_BYTES);
    const kind = kindOf(start);
    if (kind instanceof GatewayError) {
      throw new GatewayError(kind.code, `${name} ${kind.message}`, { todo: kind.todo });
    }
    return { name, kind, gzipped, bytes: guarded(chunks, name), size, bytesRead: () => read, close };
  } catch (error) {
    close();
    throw inputError(error, name);
  }
}

async function openFile(path: string) {
  try {
    const file = await open(path, 'r');
    const { size } = await file.stat();
    return { stream: file.createReadStream({ highWaterMark: READ_BYTES }), size };
  } catch (error) {
    throw inputError(error, path);
  }
}

async function* guarded(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array, void> {
  try {
    yield* chunks;
  } catch (error) {
    throw inputError(error, name);
  }
}

function kindOf(start: Uint8Array): InputKind | GatewayError {
  const text = new TextDecoder().decode(start);
  if (text.startsWith(DUMP_HEAD) && /^(\r?\n|$)/.test(text.slice(DUMP_HEAD.length))) return 'dump';
  if (start[0] === BRACKET) return 'recording';
  if (text.trim() === '') return new GatewayError('NOT_A_DUMP', 'is empty');
  // Its first keys, in the order of this or that version of Chromium.
  if (/^\s*\{/.test(text) && /"(PeerConnections|getUserMedia|UserAgentData?)"\s*:/.test(text))
    return 'webrtc-internals';
  if (/^\s*\{/.test(text) && /"(fileFormat|peerConnections)"\s*:/.test(text)) {
    return new GatewayError('UNSUPPORTED_FORMAT', 'is a dump of file format 1 or 2');
  }
  return new GatewayError('NOT_A_DUMP', 'is neither an rtcstats dump nor a recording');
}

/** What is to be said of an error in reading `name`. Those of the dump package have sentences of their own; of the system only the code is taken. */
export function inputError(error: unknown, name: string): GatewayError {
  if (isGatewayError(error)) return error;
  if (error instanceof DumpError) {
    if (error.code === 'DUMP_TOO_LARGE') return tooLarge(name);
    if (error.code === 'DUMP_NOT_A_DUMP') {
      return new GatewayError('NOT_A_DUMP', `${name} begins like a webrtc-internals dump, but is none`);
    }
    const message = error.code === 'DUMP_TRUNCATED' ? 'is cut short' : 'is damaged: it cannot be decompressed';
    return new GatewayError('INPUT_UNREADABLE', `${name} ${message}`, { cause: error });
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === undefined) throw error;
  return new GatewayError('INPUT_UNREADABLE', `${name} cannot be read (${code})`, { cause: error });
}

/** A webrtc-internals dump has to be held in memory. */
export function tooLarge(name: string): GatewayError {
  const limit = MAX_INTERNALS_BYTES / 1024 / 1024;
  return new GatewayError(
    'INPUT_UNREADABLE',
    `${name} is larger than ${limit} MiB, too large for a webrtc-internals dump`,
    {
      todo: 'Record a shorter call, or take the rtcstats dump that chrome://webrtc-internals offers too.',
    },
  );
}
