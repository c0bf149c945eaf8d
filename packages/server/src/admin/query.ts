import { SESSION_STATES } from '@rtcstats-server/api';
import { z } from 'zod';
import { BROWSER_FAMILIES } from '../catalog/browser-family.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { SessionSearch } from '../lifecycle/sessions.ts';

const identifier = z.string().max(1024).optional();
/** Any ISO 8601 instant with a zone, or a day; made what the catalog compares with. */
const instant = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text).toISOString())
  .optional();

const sessionQuery = z.strictObject({
  search: identifier,
  user: identifier,
  conference: identifier,
  session: identifier,
  state: z.enum(SESSION_STATES).optional(),
  origin: identifier,
  browser: z.enum(BROWSER_FAMILIES).optional(),
  from: instant,
  to: instant,
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  cursor: z.string().max(1024).optional(),
});

/** Reads the query of `GET /api/sessions`. */
export function parseSessionQuery(query: unknown): SessionSearch {
  return parseQuery(sessionQuery, query);
}

/** What was read of a query: what is not there is not a key of it. */
type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/**
 * Reads a query. Unknown parameters are refused where the schema is strict: a misspelt filter would otherwise list everything.
 *
 * @throws GatewayError BAD_REQUEST, naming the parameters but not what they hold
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
