import { decodeEvent } from '@rtcstats-server/dump';
import type { ForeignProtocol } from '../metrics/counts.ts';
import type { Conversion } from './contract.ts';
import { isMessage, Jitsi } from './jitsi.ts';
import { Rtcstats2 } from './rtcstats2.ts';

/** `own`: the messages are events of this protocol and need no conversion. */
export type Protocol = 'own' | ForeignProtocol;

/** The protocols of clients that offer a known subprotocol (RFC 6455, 1.9). */
const BY_SUBPROTOCOL: readonly (readonly [RegExp, Protocol])[] = [
  [/^rtcstats#/, 'own'],
  [/^[12]\.0$/, 'rtcstats2'],
  [/^3\.\d{1,3}_(?:STANDARD|LEGACY)$/, 'jitsi'],
];

/** Undefined if the subprotocol is unknown or there is none; then the first message decides. */
export function protocolOfSubprotocol(subprotocol: string): Protocol | undefined {
  return BY_SUBPROTOCOL.find(([pattern]) => pattern.test(subprotocol))?.[1];
}

/**
 * The protocol of a client whose first message is the JSON value `message`; undefined if it is none that is supported.
 * The first event of `rtcstats2` looks like one of this protocol, but its clients always offer their subprotocol.
 */
export function protocolOfMessage(message: unknown): Protocol | undefined {
  if (decodeEvent(message) !== undefined) return 'own';
  return isMessage(message) ? 'jitsi' : undefined;
}

/** The conversion for one connection. */
export function conversionOf(protocol: ForeignProtocol): Conversion {
  return protocol === 'jitsi' ? new Jitsi() : new Rtcstats2();
}
