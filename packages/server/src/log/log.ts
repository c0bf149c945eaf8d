import type { Logger } from 'pino';
import { errorCode } from '../errors/error-code.ts';

/**
 * The log: one object per line, with the id of the session where there is one. Payloads, addresses, URLs and tokens are
 * never logged, and of an error only the fields that `errorFields` returns.
 */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

/**
 * The fields of an error that may be logged: names, codes and the gateway's own messages. Messages of other errors may
 * quote the data that they failed on.
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
