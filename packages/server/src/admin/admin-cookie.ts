import { ADMIN_COOKIE } from '@rtcstats-server/api';

/**
 * Makes the `Set-Cookie` header for a browser that signed in. HttpOnly: scripts cannot read it. SameSite=Strict (RFC
 * 6265bis): pages of other sites do not send it.
 *
 * @param id of the sign-in
 * @param secure whether the page was loaded over HTTPS
 */
export function makeCookie(id: string, lifetimeSeconds: number, secure: boolean): string {
  const attributes = `Path=/; Max-Age=${lifetimeSeconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return `${ADMIN_COOKIE}=${id}; ${attributes}`;
}

/** Makes the `Set-Cookie` header that deletes the cookie. */
export function deleteCookie(secure: boolean): string {
  return makeCookie('', 0, secure);
}

/**
 * The ids in a `Cookie` header (RFC 6265, section 4.2). A browser may send several cookies of this name, for instance
 * one that another subdomain has set for the whole domain, in an order that the other site can influence. All of them
 * have to be tried, so that it cannot lock anybody out.
 */
export function idsInCookie(header: string | undefined): string[] {
  return (header ?? '').split(';').flatMap((pair) => COOKIE.exec(pair)?.[1] ?? []);
}

const COOKIE = new RegExp(`^\\s*${ADMIN_COOKIE}=([\\w-]{43})\\s*$`);
