/** One entry of the table of errors. `docs/errors.md` shows the same. */
export interface ErrorEntry {
  /**
   * What happened, as a sentence without a period. Operators read it and it ends up in logs, so it names settings,
   * files and session ids, never a value from a dump, a token or an address of a user.
   */
  readonly message: string;
  /** What the reader should do about it, as one sentence. */
  readonly todo: string;
  /** The same call may succeed later without anyone changing anything. */
  readonly retryable: boolean;
  /** The status of the HTTP response (RFC 9110), where a client can cause the error over HTTP. */
  readonly httpStatus?: number;
  /** The close code of the WebSocket (RFC 6455, section 7.4), where the error ends a connection. */
  readonly closeCode?: number;
}

export type ErrorTable = Readonly<Record<string, ErrorEntry>>;
