import { GatewayError } from '../errors/gateway-error.ts';
import type { BackEnd, Counts } from './counts.ts';

/**
 * The same storage or catalog; calls of it that fail for a cause of the back end, or of how it is configured, are counted. That
 * there is no such dump is an answer, not a failure.
 */
export function instrumented<T extends object>(backEnd: T, name: BackEnd, counts: Counts): T {
  const failed = (error: unknown): never => {
    if (!(error instanceof GatewayError) || error.httpStatus === 503) counts.failures[name]++;
    throw error;
  };
  return new Proxy(backEnd, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        const result: unknown = member.apply(target, given);
        return result instanceof Promise ? result.catch(failed) : result;
      };
    },
  });
}
