import { ERRORS, type ErrorCode } from './errors.ts';
import type { ErrorEntry } from './table/entry.ts';

export interface GatewayErrorOptions {
  /** What to do in this particular case; default: the text in the table. */
  readonly todo?: string;
  readonly cause?: unknown;
}

/**
 * The error of this server that people see. `message` says what went wrong and where; everything else comes from the
 * table of errors by `code`.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly todo: string;
  readonly retryable: boolean;
  readonly httpStatus: number | undefined;
  readonly closeCode: number | undefined;

  /** @param message what went wrong and where; default: the message in the table */
  constructor(code: ErrorCode, message?: string, options: GatewayErrorOptions = {}) {
    const entry: ErrorEntry = ERRORS[code];
    super(message ?? entry.message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.todo = options.todo ?? entry.todo;
    this.retryable = entry.retryable;
    this.httpStatus = entry.httpStatus;
    this.closeCode = entry.closeCode;
  }
}

/** Whether `error` is a `GatewayError`, and if `code` is given, whether it has that code. */
export function isGatewayError(error: unknown, code?: ErrorCode): error is GatewayError {
  return error instanceof GatewayError && (code === undefined || error.code === code);
}
