import { GatewayError } from '../errors/gateway-error.ts';
import type { BackEnd, Counts } from './counts.ts';

/**
 * Returns the same storage or catalog, with its failed calls counted. Objects that it is composed of, such as the
 * deliveries of a catalog, are instrumented in the same way. Only failures of the back end or of its configuration
 * count: `DUMP_NOT_FOUND` is an answer.
 */
export function instrumented<T extends object>(backEnd: T, name: BackEnd, counts: Counts): T {
  const failed = (error: unknown): never => {
    if (!(error instanceof GatewayError) || error.httpStatus === 503) counts.failures[name]++;
    throw error;
  };
  const parts = new Map<object, object>();
  return new Proxy(backEnd, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member === 'object' && member !== null) {
        // One proxy per part, so that reading a property twice gives the same object.
        const part = parts.get(member) ?? instrumented(member, name, counts);
        parts.set(member, part);
        return part;
      }
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        const result: unknown = member.apply(target, given);
        return result instanceof Promise ? result.catch(failed) : result;
      };
    },
  });
}
