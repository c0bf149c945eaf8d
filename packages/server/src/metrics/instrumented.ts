import { GatewayError } from '../errors/gateway-error.ts';
import type { BackEnd, Counts } from './counts.ts';

/**
 * Wraps a storage or catalog so that calls that fail because of the back end or its configuration are counted. A missing dump
 * is an answer, not a failure.
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
