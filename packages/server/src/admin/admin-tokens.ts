import { ADMIN_ROLES, type AdminRole } from '@rtcstats-server/api/audit-actions';

/** A token of the admin listener. */
export interface AdminToken {
  /** For the audit log. */
  readonly name: string;
  readonly token: string;
  readonly roles: readonly AdminRole[];
  /** ISO 8601 in UTC; null: it does not expire. */
  readonly expires: string | null;
}

/** Who makes a request, and what they may do. */
export interface Identity {
  /** Of the token; `local` where no token is required. */
  readonly name: string;
  readonly roles: ReadonlySet<AdminRole>;
}

/** Everybody on this machine, where no token is required. */
export const LOCAL: Identity = { name: 'local', roles: new Set(ADMIN_ROLES) };

/** Somebody who has shown no token. */
export const NOBODY: Identity = { name: 'unknown', roles: new Set() };

/** The settings of tokens. */
export interface AdminTokenSettings {
  readonly token?: string | undefined;
  readonly tokens?: readonly AdminToken[] | undefined;
}

/** All tokens: `admin.token`, which is named `admin`, has all roles and does not expire, and `admin.tokens`. */
export function adminTokens({ token, tokens = [] }: AdminTokenSettings): readonly AdminToken[] {
  if (token === undefined) return tokens;
  return [{ name: 'admin', token, roles: ADMIN_ROLES, expires: null }, ...tokens];
}
