import { ADMIN_ROLES, type AdminRole } from '@rtcstats-server/api/audit-actions';
import { z } from 'zod';
import { settingInfo } from './setting-info.ts';

const MAX_TOKENS = 100;
/** The same as of `admin.token`. */
export const ADMIN_TOKEN = /^[\x21-\x7e]{16,512}$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
/** Actors in the audit log that are not tokens. */
const RESERVED_NAMES = new Set(['admin', 'local', 'unknown', 'command', 'retention', 'gateway']);

const KEYS = ['name', 'token', 'roles', 'expires'];
const EXAMPLE = '{name: anna, token: "…", roles: [read], expires: 2027-01-31}';

/** One of `admin.tokens`, checked. */
export interface AdminTokenSetting {
  readonly name: string;
  readonly token: string;
  readonly roles: readonly AdminRole[];
  /** ISO 8601 in UTC; null: it does not expire. */
  readonly expires: string | null;
}

export const adminTokensSchema = z
  .array(z.unknown())
  .max(MAX_TOKENS)
  .optional()
  .register(settingInfo, {
    help: `Tokens with names and roles, beside \`admin.token\`: \`${EXAMPLE}\`. Roles: \`read\` (sessions, dumps, metrics, settings), \`operate\` (forward, release, canary, calls on trial), \`erase\` (delete sessions, erase and export people), \`audit\` (the audit log); none includes another one. \`expires\` is a date (its beginning in UTC) or a time; without it, the token does not expire. The audit log records the name.`,
    allowed: `a list of at most ${MAX_TOKENS} tokens`,
    defaultText: 'none',
    secret: true,
    fileOnly: true,
  });

/** Parses `admin.tokens`: returns them, or every problem with them. Problems do not quote the values. */
export function readAdminTokens(
  given: readonly unknown[],
  adminToken?: string,
): { readonly tokens: readonly AdminTokenSetting[] } | { readonly problems: string[] } {
  const problems: string[] = [];
  const tokens: AdminTokenSetting[] = [];
  const names = new Set<string>();
  const secrets = new Set(adminToken === undefined ? [] : [adminToken]);
  for (const [index, value] of given.entries()) {
    const place = `admin.tokens[${index}]`;
    const report = (key: string, text: string): void => void problems.push(`${place}${key}: ${text}`);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      report('', `expected ${EXAMPLE}`);
      continue;
    }
    const { name, token, roles, expires = null } = value as Record<string, unknown>;
    for (const key of Object.keys(value)) {
      if (!KEYS.includes(key)) report(`.${key}`, `no such setting; known are ${KEYS.join(', ')}`);
    }
    if (typeof name !== 'string' || !NAME.test(name)) {
      report('.name', 'a name of 1 to 64 letters, digits and . _ @ - is needed');
    } else if (RESERVED_NAMES.has(name)) report('.name', `${name} is the name of another actor in the audit log`);
    else if (names.has(name)) report('.name', `${name} is the name of another token`);
    else names.add(name);
    if (typeof token !== 'string' || !ADMIN_TOKEN.test(token)) {
      report('.token', 'a text of 16 to 512 printable ASCII characters without spaces is needed');
    } else if (secrets.has(token)) report('.token', 'the same token is in admin.token or admin.tokens already');
    else secrets.add(token);
    if (!isRoles(roles)) report('.roles', `a list of ${ADMIN_ROLES.join(', ')} is needed, with one at least`);
    const time = expires === null ? null : timeOf(expires);
    if (time === undefined) report('.expires', 'a date or time such as 2027-01-31 or 2027-01-31T18:00:00Z is needed');
    if (typeof name === 'string' && typeof token === 'string' && isRoles(roles) && time !== undefined) {
      tokens.push({ name, token, roles: [...new Set(roles)], expires: time });
    }
  }
  return problems.length > 0 ? { problems } : { tokens };
}

function isRoles(value: unknown): value is AdminRole[] {
  const known: readonly unknown[] = ADMIN_ROLES;
  return Array.isArray(value) && value.length > 0 && value.every((role) => known.includes(role));
}

/** ISO 8601 in UTC; undefined for anything but a date or a time with its offset. */
function timeOf(value: unknown): string | undefined {
  const text = value instanceof Date ? value.toISOString() : value;
  if (typeof text !== 'string') return undefined;
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text))
    return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** The token that commands of this machine use: `admin.token`, or the first one with the role. */
export function tokenWithRole(
  {
    token,
    tokens = [],
  }: { readonly token?: string | undefined; readonly tokens?: readonly AdminTokenSetting[] | undefined },
  role: AdminRole,
  now: number = Date.now(),
): string | undefined {
  const fits = tokens.find(
    ({ roles, expires }) => roles.includes(role) && (expires === null || Date.parse(expires) > now),
  );
  return token ?? fits?.token;
}
