import type { z } from 'zod';
import { GatewayError } from '../errors/gateway-error.ts';

/** The parameters that a request has: a missing one is not a key. */
type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/**
 * Parses a query. Strict schemas reject unknown parameters, because a misspelled filter would otherwise list
 * everything.
 *
 * @throws GatewayError BAD_REQUEST, naming the parameters but not their values
 */
export function parseQuery<T extends object>(schema: z.ZodType<T>, query: unknown): Given<T> {
  const parsed = schema.safeParse(query);
  if (parsed.success) {
    return Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined)) as Given<T>;
  }
  const names = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => `${key} (unknown)`) : [issue.path.join('.')],
  );
  throw new GatewayError('BAD_REQUEST', `These parameters cannot be understood: ${[...new Set(names)].join(', ')}`);
}
