import type { ErrorCode } from './errors.ts';

/** One reason to refuse a client or to close its connection. */
export interface Refusal {
  /** The error reported to the client, where there is a way to report one. */
  readonly error?: ErrorCode;
  /** The log message. */
  readonly text: string;
  /** Default: `warn`. */
  readonly level?: 'info';
}

/**
 * Why a client is rejected or disconnected. A refusal caused by a limit has the name of the limit (`server.limits`).
 */
export const REFUSALS = {
  unauthorized: { error: 'UNAUTHORIZED', text: 'client refused: not authorized' },
  keysUnavailable: { error: 'TRY_AGAIN_LATER', text: 'client refused: its token cannot be checked now' },
  origin: { error: 'ORIGIN_NOT_ALLOWED', text: 'client refused: its origin is not in server.allowedOrigins' },
  connections: { error: 'TRY_AGAIN_LATER', text: 'client refused: server.limits.connections is reached' },
  connectionsPerAddress: {
    error: 'TRY_AGAIN_LATER',
    text: 'client refused: server.limits.connectionsPerAddress is reached',
  },
  connectionsPerSecond: {
    error: 'TRY_AGAIN_LATER',
    text: 'client refused: server.limits.connectionsPerSecond is reached',
  },
  connectionsPerSecondPerAddress: {
    error: 'TRY_AGAIN_LATER',
    text: 'client refused: server.limits.connectionsPerSecondPerAddress is reached',
  },
  spool: { error: 'SPOOL_FULL', text: 'client refused: the spool is full' },
  draining: { error: 'GOING_AWAY', level: 'info', text: 'client refused: the gateway is stopping' },
  upload: { text: 'upload refused' },
  handshakes: { text: 'socket closed: server.limits.handshakes is reached' },
  handshakesPerAddress: { text: 'socket closed: server.limits.handshakesPerAddress is reached' },
  handshakeSeconds: { text: 'socket closed: no request within server.limits.handshakeSeconds' },
  badRequest: { text: 'socket closed: not a valid HTTP request' },
  messageBytes: {
    error: 'MESSAGE_TOO_LARGE',
    text: 'client cut off: a message larger than server.limits.messageBytes',
  },
  unfinishedBytes: { text: 'client cut off: server.limits.unfinishedBytes is reached' },
  messagesPerSecond: {
    error: 'TOO_MANY_MESSAGES',
    text: 'client cut off: over server.limits.messagesPerSecond for too long',
  },
  bytesPerSecond: {
    error: 'TOO_MANY_MESSAGES',
    text: 'client cut off: over server.limits.bytesPerSecond for too long',
  },
  dumpBytes: { error: 'DUMP_TOO_LARGE', text: 'client cut off: its dump reached server.limits.dumpBytes' },
  idleSeconds: { level: 'info', text: 'client cut off: no sign of life for twice server.limits.idleSeconds' },
  foreignClient: {
    error: 'CLIENT_NOT_SUPPORTED',
    text: 'client cut off: its first message is not one of a supported client (docs/migrating.md)',
  },
  protocol: { text: 'client cut off: it violated the WebSocket protocol' },
} as const satisfies Readonly<Record<string, Refusal>>;

export type RefusalName = keyof typeof REFUSALS;

/** Reasons reported to the client before admission. */
export type RejectionName =
  | 'unauthorized'
  | 'keysUnavailable'
  | 'origin'
  | 'spool'
  | 'draining'
  | 'connections'
  | 'connectionsPerAddress'
  | 'connectionsPerSecond'
  | 'connectionsPerSecondPerAddress';

export const REFUSAL_NAMES = Object.keys(REFUSALS) as RefusalName[];
