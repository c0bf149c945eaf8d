import type { ErrorCode } from '../errors/errors.ts';
import { GatewayError } from '../errors/gateway-error.ts';

/**
 * Rejects with `code` when the work takes longer. The work itself goes on: only use this for work that may be repeated
 * even while an earlier try is still running.
 */
export async function withTimeout<T>(milliseconds: number, code: ErrorCode, work: () => Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new GatewayError(code, `No answer within ${Math.round(milliseconds / 1000)} s`));
  }, milliseconds);
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
