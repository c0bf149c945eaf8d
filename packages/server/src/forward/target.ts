/**
 * A service that receives dumps from this gateway. A dump is sent as a transfer: chunks in any order, then `assemble`,
 * which turns them into one dump and costs a credit.
 *
 * **Repeating.** A chunk may be sent again; the same transfer and index mean the same bytes. After a failure that
 * leaves the result unknown (`TargetError.unclear`), call `find` before repeating `assemble`. `remove` succeeds for a
 * missing dump.
 * **Errors.** All methods reject with `TargetError`, which tells what to do next and holds nothing that was sent.
 */
export interface ForwardTarget {
  /** The address for the ledger: scheme, host and path, without credentials. */
  readonly name: string;
  /** Whether dumps are stored there; otherwise `find`, `read` and `remove` do nothing. */
  readonly stores: boolean;
  sendChunk(chunk: TransferChunk, signal?: AbortSignal): Promise<void>;
  assemble(transfer: Transfer, signal?: AbortSignal): Promise<Delivered>;
  /** The stored dump with this name, if it arrived. Always `undefined` where the target stores nothing. */
  find(fileName: string, signal?: AbortSignal): Promise<Delivered | undefined>;
  /** The analysis of a stored dump, as JSON text; `undefined` when the dump is missing. */
  read(remoteId: string, signal?: AbortSignal): Promise<string | undefined>;
  remove(remoteId: string, signal?: AbortSignal): Promise<void>;
}

export interface Transfer {
  /** Unique per transfer, so that chunks of different attempts are not mixed. */
  readonly id: string;
  /** `<session id>.gz` */
  readonly fileName: string;
}

export interface TransferChunk extends Transfer {
  /** From 0. */
  readonly index: number;
  readonly total: number;
  /** At most `CHUNK_BYTES`. */
  readonly bytes: Uint8Array;
}

/** The largest chunk that rtcstats.com accepts: 1 MiB. */
export const CHUNK_BYTES = 1024 * 1024;

/** The result of a transfer. */
export interface Delivered {
  /** `null` where the dump was analyzed but not stored. */
  readonly remoteId: string | null;
  /** The page of the dump there. */
  readonly url: string | null;
  readonly embedUrl: string | null;
  /** Scores and observations, where the target returns them. */
  readonly analysis: unknown;
}

/**
 * `retry`: the request may succeed later. `pause`: nothing can be sent until an operator acts (token, plan, credits).
 * `refuse`: this dump will never be accepted.
 */
export type TargetEffect = 'retry' | 'pause' | 'refuse';

/**
 * A failed request to a target. The message names the request and the codes of the answer, never a token or content.
 */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  readonly effect: TargetEffect;
  /** The HTTP status; `null` when there was no answer. */
  readonly status: number | null;
  /** The code of the target (`errorCode`), of the network (`ECONNREFUSED`), or one of the table of errors. */
  readonly code: string | null;
  /** The time to wait at least, in milliseconds (RFC 9110, 10.2.3). */
  readonly retryAfterMs: number | null;
  /** The target may have carried out the request nevertheless. */
  readonly unclear: boolean;

  constructor(
    what: string,
    facts: Pick<TargetError, 'effect' | 'status' | 'code' | 'unclear'> & { readonly retryAfterMs?: number | null },
    options?: ErrorOptions,
  ) {
    super(`${what}: ${[facts.status ?? 'no answer', facts.code].filter((part) => part !== null).join(', ')}`, options);
    this.effect = facts.effect;
    this.status = facts.status;
    this.code = facts.code;
    this.unclear = facts.unclear;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }
}
