import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import {
  DumpError,
  type DumpKind,
  KIND_BYTES,
  kindOf,
  MAX_INTERNALS_BYTES,
  peekBytes,
  withoutByteOrderMark,
} from '@rtcstats-server/dump';
import { UnreadableInputError } from '@rtcstats-server/privacy/verifier';
import { unpacked } from '../dump-content/forms.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import type { DumpFormat } from '../storage/format.ts';

/** The kinds of files that commands read. */
export type InputKind = Extract<DumpKind, 'dump' | 'recording' | 'webrtc-internals'>;

export interface DumpInput {
  /** The name to use in error messages. */
  readonly name: string;
  readonly kind: InputKind;
  /** How the file is compressed, null if it is not; `bytes` are decompressed. */
  readonly format: DumpFormat | null;
  /** The content without a byte order mark; can be iterated once. Rejects with `INPUT_UNREADABLE`. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Size of the stored file in bytes, for progress; `undefined` for a pipe. */
  readonly size: number | undefined;
  /** Stored bytes read so far. */
  bytesRead(): number;
  /** Closes the file, even if `bytes` was never iterated. Safe to call twice. */
  close(): void;
}

/** Standard input where a file is expected. */
export const STDIN = '-';

const READ_BYTES = 256 * 1024;

/**
 * Opens a dump of any kind, plain or compressed.
 *
 * @throws GatewayError INPUT_UNREADABLE, NOT_A_DUMP or UNSUPPORTED_FORMAT; no file stays open then
 */
export async function openDumpInput(path: string): Promise<DumpInput> {
  const name = path === STDIN ? 'standard input' : path;
  const source = path === STDIN ? { stream: process.stdin, size: undefined } : await openFile(path);
  return await readDump(source.stream, name, source.size);
}

/** Like `openDumpInput`, for an open stream, such as one of the storage. Error messages use `name`. */
export async function readDump(stream: Readable, name: string, size?: number | undefined): Promise<DumpInput> {
  let read = 0;
  async function* counted() {
    for await (const chunk of stream) {
      read += chunk.length;
      yield chunk;
    }
  }
  // Returning from a generator that was never started would not close the stream.
  const close = (): void => void stream.destroy();
  try {
    const { format, text } = await unpacked(counted());
    const content = new ErrorLast(withoutByteOrderMark(text));
    const { start, chunks } = await peekBytes(content, KIND_BYTES);
    const kind = inputKind(start, name, content.error);
    const bytes = guarded(content.followedByError(chunks), name);
    return { name, kind, format, bytes, size, bytesRead: () => read, close };
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

/** Passes the bytes of a file through, and describes an error in reading it. */
export async function* guarded(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array, void> {
  try {
    yield* chunks;
  } catch (error) {
    throw inputError(error, name);
  }
}

/**
 * Passes chunks on and defers an error to the end. Otherwise, looking ahead in a short file that is cut off would fail
 * before any of it is read.
 */
class ErrorLast implements AsyncIterable<Uint8Array> {
  readonly #chunks: AsyncIterable<Uint8Array>;
  #failure: { readonly error: unknown } | undefined;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** The error that ended the chunks; undefined if there was none so far. */
  get error(): unknown {
    return this.#failure?.error;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    try {
      yield* this.#chunks;
    } catch (error) {
      this.#failure = { error };
    }
  }

  /** The rest of the chunks, then the error. */
  async *followedByError(rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    yield* rest;
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** @param error why the file ended after `start`, if it did; a better explanation than that of a kind */
function inputKind(start: Uint8Array, name: string, error: unknown): InputKind {
  const kind = kindOf(start);
  if (error !== undefined && (kind === 'empty' || kind === 'torn' || kind === 'unknown')) throw error;
  switch (kind) {
    case 'dump':
    case 'recording':
    case 'webrtc-internals':
      return kind;
    case 'legacy':
      throw new GatewayError('UNSUPPORTED_FORMAT', `${name} is a dump of file format 1 or 2`);
    case 'about-webrtc':
      throw new GatewayError('UNSUPPORTED_FORMAT', `${name} is from Firefox's about:webrtc`);
    case 'empty':
      throw new GatewayError('NOT_A_DUMP', `${name} is empty`);
    case 'torn':
      throw new GatewayError('INPUT_UNREADABLE', `${name} is cut short`);
    case 'unknown':
      throw new GatewayError('NOT_A_DUMP', `${name} is not an rtcstats dump, a recording or a webrtc-internals dump`);
  }
}

/**
 * Describes an error in reading `name`. Only the code of a system error is used, because its message may hold another
 * path. Errors that are not about the input are thrown again.
 */
export function inputError(error: unknown, name: string): GatewayError {
  if (isGatewayError(error)) return error;
  if (error instanceof DumpError) {
    if (error.code === 'DUMP_TOO_LARGE') return tooLarge(name);
    if (error.code === 'DUMP_NOT_A_DUMP') {
      return new GatewayError('NOT_A_DUMP', `${name} begins like a webrtc-internals dump, but is not one`);
    }
    if (error.code === 'DUMP_LEGACY') {
      return new GatewayError('UNSUPPORTED_FORMAT', `${name} is a dump of file format 1 or 2`, { cause: error });
    }
    if (error.code === 'DUMP_BAD_METADATA') {
      return new GatewayError('INPUT_UNREADABLE', `${name} has metadata (line 2) that cannot be read`, {
        cause: error,
      });
    }
    const message = error.code === 'DUMP_TRUNCATED' ? 'is cut short' : 'is damaged: it cannot be decompressed';
    return new GatewayError('INPUT_UNREADABLE', `${name} ${message}`, { cause: error });
  }
  if (error instanceof UnreadableInputError) {
    return new GatewayError('INPUT_UNREADABLE', `${name} has a line of more than 256 MiB, too long to be read`, {
      todo: 'Check that the file is a dump; no client sends such a line.',
      cause: error,
    });
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === undefined) throw error;
  if (code === 'ENOENT') {
    return new GatewayError('INPUT_UNREADABLE', `There is no file ${name}`, {
      todo: 'Check the name and the directory in which the command runs.',
      cause: error,
    });
  }
  return new GatewayError('INPUT_UNREADABLE', `${name} cannot be read (${code})`, { cause: error });
}

/** A webrtc-internals dump is one JSON text, so it has to fit in memory. */
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
