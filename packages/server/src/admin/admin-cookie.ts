import { createHmac } from 'node:crypto';
import { equalSecrets } from './equal-secrets.ts';

const NAME = 'rtcstats-admin';
const LIFETIME_SECONDS = 12 * 60 * 60;

/**
 * What a browser has in place of the admin token once somebody signed in: when it ends, and a seal that only the token
 * makes. Nothing is kept here, so every process of a gateway takes it, and another token ends all of them.
 * HttpOnly: no script reads it. SameSite=Strict (RFC 6265bis): no other site's page sends it.
 *
 * @param secure the page came by HTTPS
 */
export function makeCookie(token: string, secure: boolean, now: number = Date.now()): string {
  const end = Math.floor(now / 1000) + LIFETIME_SECONDS;
  return attributes(`${end}.${seal(token, String(end))}`, LIFETIME_SECONDS, secure);
}

/** What makes the browser forget it. */
export function endCookie(secure: boolean): string {
  return attributes('', 0, secure);
}

/** Whether there is a cookie (RFC 6265, 4.2) that this token has made and that has not ended. */
export function hasCookie(header: string | undefined, token: string, now: number = Date.now()): boolean {
  for (const pair of (header ?? '').split(';')) {
    const [, end, given] = new RegExp(`^\\s*${NAME}=(\\d{1,12})\\.([\\w-]{43})\\s*$`).exec(pair) ?? [];
    if (end !== undefined && Number(end) > now / 1000 && equalSecrets(given!, seal(token, end))) return true;
  }
  return false;
}

function seal(token: string, end: string): string {
  return createHmac('sha256', token).update(`console:${end}`).digest('base64url');
}

function attributes(value: string, maxAge: number, secure: boolean): string {
  return `${NAME}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
