import type { Readable } from 'node:stream';
import type { DeliveryState, SessionState } from '@rtcstats-server/api';

/**
 * The interfaces through which the canary reads what the gateway stored. The caller implements them, in this process or
 * over the network, so that the canary does not depend on the server. Errors that an implementation throws are passed
 * on as they are.
 */

/**
 * A session in the catalog. The canary searches the whole object, so an implementation must pass on all fields that the
 * catalog has, not only these.
 */
export interface CanarySession {
  readonly id: string;
  readonly state: SessionState;
  /** The key of the dump in the storage: `<yyyy>/<mm>/<dd>/<id>.gz` or `.zst`. */
  readonly storageKey: string | null;
  readonly user: string | null;
  readonly conference: string | null;
  readonly session: string | null;
  /** `policy` is preset and hash: `standard@3f9a2c81d0e4b756`. */
  readonly receipt: { readonly policy: string };
}

export interface CanarySessionQuery {
  /** The name of the conference in the catalog. */
  readonly conference: string;
  /** The earliest start, ISO 8601 in UTC. */
  readonly from: string;
  readonly limit: number;
}

export interface CanarySessions {
  list(query: CanarySessionQuery): Promise<{ readonly sessions: readonly CanarySession[] }>;
  /** The decompressed dump of a stored or quarantined session, or `undefined` if it was deleted in the meantime. */
  dump(id: string): Promise<string | undefined>;
  /** Deletes dump and session, and withdraws the dump from where it was delivered. */
  delete(id: string): Promise<void>;
}

/** The gateway's files. They have to be on this machine, because the spool cannot be read in any other way. */
export interface CanaryDataDirectory {
  readonly path: string;
  /** The directory with the files of open sessions. */
  readonly spool: string;
  /**
   * Files that contain the dump of a session, relative to `path`, whether or not they exist. They are not searched as
   * files because `CanarySessions.dump` returns their content.
   */
  dumpFiles(session: CanarySession): readonly string[];
  /**
   * The text of a file that is compressed with zstd, for which a dictionary of the gateway may be needed. Without it,
   * such files are searched as they are.
   */
  readonly fromZstd?: (packed: Readable) => Readable;
}

/** The delivery of a dump to rtcstats.com. */
export interface CanaryDelivery {
  readonly state: DeliveryState;
  /** The id of the dump at rtcstats.com, if it was delivered. */
  readonly remoteId: string | null;
  /** The HTTP status of the last answer. */
  readonly lastStatus: number | null;
  /** The error code of the last answer. */
  readonly lastCode: string | null;
}

export interface CanaryForwarding {
  /** Asks the running gateway to deliver the dump of a session. */
  deliver(sessionId: string): Promise<void>;
  delivery(sessionId: string): Promise<CanaryDelivery | undefined>;
  /** Everything that rtcstats.com knows about a dump, or `undefined` if it does not have it. */
  read(remoteId: string): Promise<string | undefined>;
}
