/**
 * Who takes dumps that leave this gateway. A dump goes there as a transfer: chunks in any order, then `assemble`, which makes
 * one dump of them and costs a credit.
 *
 * **Repeating.** A chunk may be sent again; the same transfer and index mean the same bytes. `assemble` must not be repeated after
 * an answer that is not clear (`TargetError.unclear`) before `find` was asked. `remove` of what is not there is no error.
 * **Errors.** All reject with `TargetError`, which says what may be done next and nothing of what was sent.
 */
export interface ForwardTarget {
  /** Where it is, for the ledger: scheme, host and path, no credentials. */
  readonly name: string;
  /** Whether it keeps dumps, so that `find`, `read` and `remove` mean something. */
  readonly stores: boolean;
  sendChunk(chunk: TransferChunk, signal?: AbortSignal): Promise<void>;
  assemble(transfer: Transfer, signal?: AbortSignal): Promise<Delivered>;
  /** The stored dump with this name, if it arrived. Always `undefined` where the target stores nothing. */
  find(fileName: string, signal?: AbortSignal): Promise<Delivered | undefined>;
  /** What the target knows of a stored dump, as JSON text; `undefined` when it is not there. */
  read(remoteId: string, signal?: AbortSignal): Promise<string | undefined>;
  remove(remoteId: string, signal?: AbortSignal): Promise<void>;
}

export interface Transfer {
  /** Of this transfer alone: chunks of another attempt are not mixed in. */
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

/** The largest chunk that rtcstats.com takes: 1 MiB. */
export const CHUNK_BYTES = 1024 * 1024;

/** What came of a transfer. */
export interface Delivered {
  /** `null` where the dump was analysed and not stored. */
  readonly remoteId: string | null;
  /** The page of the dump there. */
  readonly url: string | null;
  readonly embedUrl: string | null;
  /** Scores and observations, where the target answers with them. */
  readonly analysis: unknown;
}

/**
 * `retry`: later it may work. `pause`: nothing can be sent before an operator has done something (token, plan, credits).
 * `refuse`: this dump will never be taken.
 */
export type TargetEffect = 'retry' | 'pause' | 'refuse';

/** Something the target did not do. The message names the request and the answer's codes, never a token or content. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  readonly effect: TargetEffect;
  /** The HTTP status; `null` when there was no answer. */
  readonly status: number | null;
  /** The target's own code for it (`errorCode`), or that of the network (`ECONNREFUSED`). */
  readonly code: string | null;
  /** How long to wait at least (RFC 9110, 10.2.3), in milliseconds. */
  readonly retryAfterMs: number | null;
  /** The target may have done it nevertheless. */
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
