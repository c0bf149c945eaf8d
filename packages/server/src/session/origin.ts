import type { IdentityField } from '@rtcstats-server/dump';
import type { Preset } from '@rtcstats-server/privacy';

/**
 * The facts of the upgrade request. They are not anonymized, so they stay in memory only, until the first message is
 * stored.
 */
export interface SessionOrigin {
  /** Path and query, without the token. */
  readonly url: string;
  readonly origin: string | null;
  readonly userAgent: string | null;
  /** Addresses of the client that were determined through trusted proxies only. */
  readonly remoteAddresses: readonly string[];
  /**
   * Keyed hash of the network that the client, or for a dump made elsewhere its uploader, connected from; null if
   * unknown.
   */
  readonly network: string | null;
  /** The subprotocol that the messages have: the negotiated one, or the one that they were converted to. */
  readonly clientProtocol: string | null;
  /** The negotiated subprotocol of a client of another protocol; absent if its messages were not converted. */
  readonly convertedFrom?: string | null;
  readonly user: string | null;
  readonly conference: string | null;
  readonly session: string | null;
  /** Which of the three fields above come from the signed token. */
  readonly signed: readonly IdentityField[];
  /** The preset that the application asks for. */
  readonly preset: Preset | null;
  /** Whether the application wants the dump to be forwarded; `null` if it does not say. */
  readonly forward: boolean | null;
  /** Set for a dump that was made elsewhere; `startTime` is when its call began, in milliseconds since the epoch. */
  readonly upload?: { readonly startTime: number | undefined };
}
