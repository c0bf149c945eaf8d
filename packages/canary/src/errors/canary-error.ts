/**
 * Why a canary could not be completed. These are the codes of the gateway's table of errors (docs/errors.md), which
 * also has the advice for each.
 */
export type CanaryErrorCode =
  | 'CANARY_CUT_OFF'
  | 'CANARY_NOT_FORWARDED'
  | 'CANARY_NOT_FOUND'
  | 'GATEWAY_UNREACHABLE'
  | 'INPUT_UNREADABLE'
  | 'UNAUTHORIZED';

export interface CanaryErrorOptions {
  /** What the operator can do in this case, if that is more specific than the advice in docs/errors.md. */
  readonly todo?: string;
  readonly cause?: unknown;
}

/**
 * The only error that this package throws itself. Messages name URLs, files and session ids, never a planted value or a
 * token, because they end up in logs.
 */
export class CanaryError extends Error {
  override readonly name = 'CanaryError';
  readonly code: CanaryErrorCode;
  readonly todo: string | undefined;

  constructor(code: CanaryErrorCode, message: string, options: CanaryErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.todo = options.todo;
  }
}
