import { Socket, type SocketConstructorOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { copyOf, type ReadBuffer, readBuffer } from './text-frames.ts';

/** What a read takes at most; as much as libuv itself asks for. */
const READ_BYTES = 64 * 1024;
/** What every socket reads into: one read is dealt with before the next. */
const shared = readBuffer(READ_BYTES);

/** Takes what a socket reads. */
export interface Reader {
  /** `count` bytes were read: good for this call, and free to be written to. Does not throw. */
  read(buffer: ReadBuffer, count: number): void;
}

/** Who reads a socket. Until there is one, and for what it leaves, there are `data` events. */
export interface SharedReads {
  readonly socket: Duplex;
  reader: Reader | null;
}

/**
 * Node.js's own names for the connection under a socket and for the server that counts it. No documented way leads from an accepted socket to one
 * with `onread`; where these names are gone, sockets serve as they are.
 */
interface Accepted {
  _handle: { readonly useUserBuffer?: unknown } | null;
  _server: unknown;
}

/**
 * Moves an upgraded connection to a socket that reads into one buffer for all. A buffer for each read is garbage outside the heap, and to find it Node.js
 * goes through the whole heap, every second or two. (Measured with 5,000 connections at a message a second, together with `ReadingSocket.read`: 23 µs of CPU
 * a message instead of 46, of which 14 were in V8's own threads.)
 *
 * `null`: the socket cannot be moved (bytes or the end came already, or it is no TCP socket) and serves as it is.
 */
export function shareReads(socket: Duplex): SharedReads | null {
  if (!(socket instanceof Socket) || socket.destroyed || socket.readableLength > 0 || socket.readableEnded) return null;
  const from = socket as unknown as Accepted;
  const handle = from._handle;
  if (typeof handle?.useUserBuffer !== 'function') return null;
  const options = {
    handle,
    allowHalfOpen: socket.allowHalfOpen,
    onread: {
      buffer: shared.bytes,
      callback: (count: number): boolean => {
        if (reads.reader === null) reads.socket.emit('data', copyOf(shared.bytes, 0, count));
        else reads.reader.read(shared, count);
        return true;
      },
    },
  };
  from._handle = null;
  const to = new Socket(options as unknown as SocketConstructorOpts);
  const reads: SharedReads = { socket: to, reader: null };
  (to as unknown as Accepted)._server = from._server;
  from._server = null;
  socket.destroy();
  return reads;
}
