import type { Logger } from 'pino';
import { errorCode } from '../errors/error-code.ts';

/**
 * The log. One object a line; a session's id where there is one; never a payload, an address, a URL or a token, and of an error
 * only what `errorFields` takes from it.
 */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

/**
 * What may be logged of an error: names, codes and our own messages. The message of somebody else's error may quote
 * what it failed on.
 */
export function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: 'unknown' };
  const code = errorCode(error);
  const own = error.name === 'GatewayError' ? { message: error.message } : { stack: framesOf(error) };
  const cause = error.cause === undefined ? {} : { cause: errorFields(error.cause) };
  return { error: error.name, ...(code === undefined ? {} : { code }), ...own, ...cause };
}

function framesOf(error: Error): string[] {
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return frames.slice(0, 5).map((line) => line.trim());
}
