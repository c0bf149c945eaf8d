import { Socket, type SocketConstructorOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { copyOf, type ReadBuffer, readBuffer } from './text-frames.ts';

/** The most that one read takes; libuv asks for as much. */
const READ_BYTES = 64 * 1024;
/** All sockets read into this buffer, because one read is processed before the next. */
const shared = readBuffer(READ_BYTES);

/** Receives the bytes that a socket reads. */
export interface Reader {
  /** `count` bytes were read. They are valid during this call and may be overwritten. Must not throw. */
  read(buffer: ReadBuffer, count: number): void;
}

/**
 * A socket that reads into the shared buffer. Without a reader, and for what the reader emits, it has `data` events.
 */
export interface SharedReads {
  readonly socket: Duplex;
  reader: Reader | null;
}

/**
 * Private fields of Node.js: the libuv handle under a socket, and the server that counts the socket. There is no
 * documented way to use `onread` with an accepted socket.
 */
interface SocketFields {
  _handle: { readonly useUserBuffer?: unknown } | null | undefined;
  _server: object | null | undefined;
}

/** Which private field of an open socket is not as expected; `null`: all are. */
export function socketProblem(socket: Socket): string | null {
  const { _handle: handle, _server: server } = socket as unknown as SocketFields;
  if (typeof handle !== 'object' || handle === null) return `Socket._handle of Node.js is ${kindOf(handle)}`;
  if (typeof handle.useUserBuffer !== 'function') {
    return `Socket._handle.useUserBuffer of Node.js is ${kindOf(handle.useUserBuffer)}`;
  }
  return typeof server === 'object' && server !== null ? null : `Socket._server of Node.js is ${kindOf(server)}`;
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

/** Whether `shareReads` can take the socket over: it is a TCP socket, open, and nothing of it was read yet. */
export function isUnread(socket: Duplex): socket is Socket {
  return socket instanceof Socket && !socket.destroyed && socket.readableLength === 0 && !socket.readableEnded;
}

/**
 * Moves an accepted connection to a socket that reads into the shared buffer. By default Node.js allocates a buffer for
 * each read, which becomes garbage outside the heap, and V8 collects the whole heap every second or two to find it.
 * (With 5,000 connections at one message per second, together with `ReadingSocket.read`: 23 µs of CPU per message
 * instead of 46, of which 14 were spent in V8's own threads.)
 *
 * @param from a socket for which `isUnread` is true and `socketProblem` is null; it is destroyed
 */
export function shareReads(from: Socket): SharedReads {
  const fields = from as unknown as SocketFields;
  const options = {
    handle: fields._handle,
    allowHalfOpen: from.allowHalfOpen,
    onread: {
      buffer: shared.bytes,
      callback: (count: number): boolean => {
        if (reads.reader === null) reads.socket.emit('data', copyOf(shared.bytes, 0, count));
        else reads.reader.read(shared, count);
        return true;
      },
    },
  };
  fields._handle = null;
  const to = new Socket(options as unknown as SocketConstructorOpts);
  const reads: SharedReads = { socket: to, reader: null };
  (to as unknown as SocketFields)._server = fields._server;
  fields._server = null;
  from.destroy();
  return reads;
}
