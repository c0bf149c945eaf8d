import type { Code } from '@rtcstats-server/dump';
import type { DropReason } from '@rtcstats-server/privacy';

/**
 * Clients of other protocols. Their messages are converted between the connection and the session, so that the session,
 * the anonymizer and every reader of dumps know one protocol only:
 *
 *     connection ──message──▶ ConvertingClient ──event, event, …──▶ session ──▶ anonymizer
 *         ▲                           │  Conversion.convert
 *         └── greeting, answers ──────┘
 */

/** An event of `rtcstats#5.0`: `[method, scope, value, ...extra, delta]`. Raw: the anonymizer has not seen it. */
export type ProtocolEvent = readonly [method: Code, scope: string | null, value: unknown, ...rest: unknown[]];

/** The result of one message: events to record, in order (none for a keep-alive), or why it is dropped. */
export type Converted = (
  | { readonly events: readonly ProtocolEvent[]; readonly dropped?: never }
  | { readonly dropped: DropReason; readonly events?: never }
) & {
  /** A message that the client expects in return. */
  readonly answer?: string;
};

/**
 * Converts the messages of one connection. An implementation
 *
 * - never throws, whatever a client sends: a message that it cannot convert is `dropped`;
 * - converts times of events (milliseconds since the epoch) to deltas so that a reader gets exactly the same times;
 * - has bounded state, however long the connection lasts.
 */
export interface Conversion {
  /** The message without which the client sends nothing; undefined if it does not wait. */
  readonly greeting: string | undefined;

  /**
   * @param message the JSON value of a text message, nested at most `MAX_DEPTH` levels
   * @param bytes size of the message
   */
  convert(message: unknown, bytes: number): Converted;
}

/** The part of a session that a foreign client needs. */
export interface EventSession {
  /** An event, as JSON text. */
  message(raw: Uint8Array): void;
  /** Counts a message that did not become an event. */
  drop(reason: DropReason): void;
  /** Resolves when it takes messages again; undefined when it does so now. */
  readonly busy: Promise<void> | undefined;
  /** Does not reject. */
  close(closeCode: number): Promise<unknown>;
}

/** The part of a connection that a foreign client needs. */
export interface Peer {
  send(text: string): void;
  end(reason: 'CLIENT_NOT_SUPPORTED'): void;
}
