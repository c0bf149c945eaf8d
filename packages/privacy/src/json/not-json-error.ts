import type { PrivacyErrorCode } from '../errors/errors.ts';

const STACKS = Error as { stackTraceLimit?: number | undefined };

/**
 * The text is not JSON (RFC 8259), or nested too deeply. Tells where, but never quotes the text, which may be personal.
 */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError';
  readonly code: Extract<PrivacyErrorCode, 'notJson' | 'tooDeep'>;
  /** UTF-16 offset in the text. */
  readonly position: number;

  constructor(code: NotJsonError['code'], position: number) {
    // No stack trace (a setting of V8): text that only looks like JSON is an ordinary outcome, and capturing one takes
    // longer than the walk.
    const { stackTraceLimit } = STACKS;
    STACKS.stackTraceLimit = 0;
    super(`${code} at ${position}`);
    STACKS.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.position = position;
  }
}
