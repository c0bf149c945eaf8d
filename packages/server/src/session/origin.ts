import type { IdentityField } from '@rtcstats-server/dump';
import type { Preset } from '@rtcstats-server/privacy';

/** What the upgrade request said. Raw, so it stays in memory, and only until the first message is kept. */
export interface SessionOrigin {
  /** Path and query, without the token. */
  readonly url: string;
  readonly origin: string | null;
  readonly userAgent: string | null;
  /** Addresses of the client, as far as they can be believed. */
  readonly remoteAddresses: readonly string[];
  /** The subprotocol that was agreed on. */
  readonly clientProtocol: string | null;
  readonly user: string | null;
  readonly conference: string | null;
  readonly session: string | null;
  /** Which of these three the application has signed. */
  readonly signed: readonly IdentityField[];
  /** The preset that the application asks for. */
  readonly preset: Preset | null;
  /** Whether the application wants the dump to be forwarded, where it says so. */
  readonly forward: boolean | null;
  /** Of a dump that was recorded elsewhere; `startTime` is what its metadata says, in milliseconds. */
  readonly upload?: { readonly startTime: number | undefined };
}
