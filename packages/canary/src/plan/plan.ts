import type { DataClass } from '@rtcstats-server/privacy';

/**
 * The delta of message `number`. A time since the epoch, one millisecond per message, because a gateway adds the deltas
 * of messages that it drops to the next delta, but keeps a time as it is.
 */
export function deltaOfMessage(number: number): number {
  return FIRST_TIME + number;
}

/** The number of the message with this delta; undefined for any other value. */
export function messageOfDelta(delta: unknown): number | undefined {
  return typeof delta === 'number' ? delta - FIRST_TIME : undefined;
}

const FIRST_TIME = 1_700_000_000_000;

/** A personal value that was invented for one place. */
export interface PersonalValue {
  /** The value as it is written in its place. */
  readonly text: string;
  /**
   * The parts of the text that identify somebody. None of them may be readable anywhere afterwards, in any letter case
   * or common encoding.
   */
  readonly searchTerms: readonly string[];
  /** The data classes of the value. It may stay if the policy keeps all of them. */
  readonly classes: readonly DataClass[];
  /** The IP address in the text, because policies can exempt networks (`privacy.ipAddresses.keepNetworks`). */
  readonly address?: string;
  /** The address is that of a TURN server, which policies can keep (`privacy.ipAddresses.keepRelay`). */
  readonly relay?: boolean;
  /** The identifier is opaque, such as a UUID. Policies can keep those (`privacy.identifiers.keepOpaque`). */
  readonly opaque?: boolean;
}

/** One planted text: where it is, and the value that it stands for. */
export interface PlantedValue {
  /** For example `onicecandidate: a relay candidate, raddr`. */
  readonly place: string;
  /** `null` for a technical value, which has to survive unchanged. */
  readonly value: PersonalValue | null;
  readonly text: string;
  /** The number of the message, or `null` if it is in the upgrade request. */
  readonly message: number | null;
  /**
   * The value may stay if the policy keeps any one of its classes, because the gateway reads the place for several
   * purposes.
   */
  readonly anyClass: boolean;
}

export interface PlannedMessage {
  /** Counts from 1. It is also the delta of the event, by which its line is found again in the dump. */
  readonly number: number;
  /** The name of the event, or `null` for a message that is not an event and must not be stored. */
  readonly method: string | null;
  readonly data: string | Uint8Array;
}

/** The upgrade request and the close frame, apart from the gateway's own address. */
export interface PlannedRequest {
  /** Path and query, without the token. */
  readonly path: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** The reason in the client's close frame. */
  readonly closeReason: string;
}

/** A whole session: everything that is sent, and everything that is planted in it. */
export interface CanaryPlan {
  readonly seed: string;
  readonly request: PlannedRequest;
  readonly messages: readonly PlannedMessage[];
  readonly plantedValues: readonly PlantedValue[];
  /** The identity that a token must contain. The same values are planted in the query. */
  readonly identity: { readonly user: string; readonly conference: string; readonly session: string };
  /** The path of a plain HTTP request to the same port, which the gateway does not serve. */
  readonly plainRequest: string;
  /** A token without a valid signature, for a gateway that does not check tokens. */
  readonly unsignedToken: string;
  /** A technical value in the last message. The dump that contains it belongs to this session. */
  readonly marker: string;
}
