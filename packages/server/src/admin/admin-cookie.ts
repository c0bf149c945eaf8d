import { createHmac } from 'node:crypto';
import { ADMIN_COOKIE } from '@rtcstats-server/api';
import { equalSecrets } from './equal-secrets.ts';

const LIFETIME_SECONDS = 12 * 60 * 60;

/**
 * Makes the `Set-Cookie` header for a browser that signed in. The cookie contains its expiry time and an HMAC of it
 * that is keyed with the admin token. The gateway stores no sessions, so every process accepts the cookie, and changing
 * the token invalidates all cookies. HttpOnly: scripts cannot read it. SameSite=Strict (RFC 6265bis): pages of other
 * sites do not send it.
 *
 * @param secure whether the page was loaded over HTTPS
 * @param now milliseconds since the epoch
 */
export function makeCookie(token: string, secure: boolean, now: number = Date.now()): string {
  const expiry = Math.floor(now / 1000) + LIFETIME_SECONDS;
  return serialize(`${expiry}.${sign(token, String(expiry))}`, LIFETIME_SECONDS, secure);
}

/** Makes the `Set-Cookie` header that deletes the cookie. */
export function deleteCookie(secure: boolean): string {
  return serialize('', 0, secure);
}

/**
 * Whether a `Cookie` header (RFC 6265, section 4.2) contains a cookie that was made with this token and has not
 * expired. A browser may send several cookies of this name, for instance one that another subdomain has set for the
 * whole domain, in an order that the other site can influence. All of them are tried, so that it cannot lock anybody
 * out.
 */
export function hasCookie(header: string | undefined, token: string, now: number = Date.now()): boolean {
  for (const pair of (header ?? '').split(';')) {
    const [, expiry, signature] = new RegExp(`^\\s*${ADMIN_COOKIE}=(\\d{1,12})\\.([\\w-]{43})\\s*$`).exec(pair) ?? [];
    if (expiry === undefined || Number(expiry) <= now / 1000) continue;
    if (equalSecrets(signature!, sign(token, expiry))) return true;
  }
  return false;
}

function sign(token: string, expiry: string): string {
  return createHmac('sha256', token).update(`console:${expiry}`).digest('base64url');
}

function serialize(value: string, maxAge: number, secure: boolean): string {
  return `${ADMIN_COOKIE}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
