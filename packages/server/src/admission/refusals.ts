import type { ErrorCode } from '../errors/errors.ts';
import type { Log } from '../log/log.ts';
import type { Counts } from '../metrics/counts.ts';

interface Refusal {
  /** What the client is told, where it can be told. */
  readonly error?: ErrorCode;
  /** What the log says. */
  readonly text: string;
  /** Default: `warn`. */
  readonly level?: 'info';
}

/** Why a client is not let in, or is made to go. Named after the limit (`server.limits`) where it is one. */
export const REFUSALS = {
  unauthorized: { error: 'UNAUTHORIZED', text: 'client refused: not authorised' },
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
  spool: { error: 'SPOOL_FULL', text: 'client refused: the spool has no room' },
  draining: { error: 'GOING_AWAY', level: 'info', text: 'client refused: the gateway stops' },
  upload: { text: 'upload refused' },
  handshakes: { text: 'socket closed: server.limits.handshakes is reached' },
  handshakeSeconds: { text: 'socket closed: no request within server.limits.handshakeSeconds' },
  badRequest: { text: 'socket closed: its request is no HTTP' },
  messageBytes: { error: 'MESSAGE_TOO_LARGE', text: 'client cut off: a message above server.limits.messageBytes' },
  unfinishedBytes: { text: 'client cut off: server.limits.unfinishedBytes is reached' },
  messagesPerSecond: {
    error: 'TOO_MANY_MESSAGES',
    text: 'client cut off: more than server.limits.messagesPerSecond for long',
  },
  bytesPerSecond: {
    error: 'TOO_MANY_MESSAGES',
    text: 'client cut off: more than server.limits.bytesPerSecond for long',
  },
  dumpBytes: { error: 'DUMP_TOO_LARGE', text: 'client cut off: its dump reached server.limits.dumpBytes' },
  idleSeconds: { level: 'info', text: 'client gone: no sign of life for twice server.limits.idleSeconds' },
  protocol: { text: 'client cut off: it breaks the WebSocket protocol' },
} as const satisfies Readonly<Record<string, Refusal>>;
export type RefusalName = keyof typeof REFUSALS;
/** Those that the client is told at the door. */
export type TurnAwayName =
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

/** Lines that one refusal may have in the log in an interval: an attack must not fill the disk. */
const LINES = 20;
const INTERVAL_MS = 60_000;

interface Told {
  since: number;
  lines: number;
  withheld: number;
}

/** Counts refusals, and tells the log of the first ones in a minute. Neither says who was refused. */
export class Refusals {
  readonly #counts: Counts;
  readonly #log: Log;
  readonly #told = new Map<RefusalName, Told>();

  constructor(counts: Counts, log: Log) {
    this.#counts = counts;
    this.#log = log;
  }

  /** @param details more for the log; nothing that a client said */
  add(name: RefusalName, details?: Readonly<Record<string, string>>, now: number = performance.now()): void {
    this.#counts.refusals[name]++;
    const told = this.#toldOf(name, now);
    if (told.lines >= LINES) {
      told.withheld++;
      return;
    }
    const withheld = told.withheld > 0 ? { withheld: told.withheld } : {};
    told.lines++;
    told.withheld = 0;
    const refusal: Refusal = REFUSALS[name];
    this.#log[refusal.level ?? 'warn']({ refusal: name, ...details, ...withheld }, refusal.text);
  }

  /** A new interval begins with what was withheld in the one before. */
  #toldOf(name: RefusalName, now: number): Told {
    let told = this.#told.get(name);
    if (!told || now - told.since >= INTERVAL_MS) {
      told = { since: now, lines: 0, withheld: told?.withheld ?? 0 };
      this.#told.set(name, told);
    }
    return told;
  }
}
