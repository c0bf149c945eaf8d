import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../errors/gateway-error.ts';
import { isLoopbackHost } from '../net/network.ts';
import { hasCookie } from './admin-cookie.ts';
import { equalSecrets } from './equal-secrets.ts';
import type { FailedAttempts } from './failed-attempts.ts';

/** The parts of a request that decide whether it is authorized. */
export interface Requester {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The address of the socket. */
  readonly ip: string;
}

/**
 * Decides who may use the admin listener. With `admin.token`, a request needs the token or the cookie that was issued
 * for it. Without a token the listener is on loopback and everybody on this machine may use it, except pages of other
 * sites in a browser on this machine. Such a page can send requests here under its own host name (DNS rebinding; the
 * `Host` header then names that site) or under ours (the `Origin` header then names that site).
 *
 * @throws GatewayError ADMIN_UNAUTHORIZED, ADMIN_TOO_MANY_ATTEMPTS
 */
export function admit(requester: Requester, token: string | undefined, attempts: FailedAttempts): void {
  const { headers } = requester;
  if (token === undefined) {
    const host = headers.host ?? '';
    if (!isLoopbackHost(hostName(host))) throw foreignSite('Host');
    if (headers.origin !== undefined && headers.origin !== `http://${host}`) throw foreignSite('Origin');
    return;
  }
  const [, presented] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (presented !== undefined) {
    checkToken(presented, token, requester.ip, attempts);
    return;
  }
  if (!hasCookie(headers.cookie, token)) throw new GatewayError('ADMIN_UNAUTHORIZED');
  if (!isSafe(requester.method) && !isOwnPage(headers)) throw foreignSite('Origin');
}

/**
 * Checks a token that a client presented, and counts the attempt if it is wrong.
 *
 * @throws GatewayError ADMIN_UNAUTHORIZED, ADMIN_TOO_MANY_ATTEMPTS
 */
export function checkToken(presented: string, token: string, ip: string, attempts: FailedAttempts): void {
  if (attempts.wait(ip) > 0) throw new GatewayError('ADMIN_TOO_MANY_ATTEMPTS');
  if (equalSecrets(presented, token)) return;
  attempts.add(ip);
  throw new GatewayError('ADMIN_UNAUTHORIZED');
}

/**
 * Whether a page of this listener made the request. The cookie's SameSite attribute is not enough, because other ports
 * of this host belong to the same site. Browsers send `Sec-Fetch-Site` (Fetch Metadata) only to HTTPS and loopback
 * URLs; otherwise `Origin` decides. Scripts can set neither.
 */
export function isOwnPage(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin !== undefined && URL.parse(headers.origin)?.host === headers.host;
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Removes the port of `host:port` (RFC 9110, section 7.2) and the brackets of an IPv6 address. */
function hostName(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

function foreignSite(header: string): GatewayError {
  return new GatewayError('ADMIN_UNAUTHORIZED', `The ${header} header names another site`, {
    todo: 'Use http://localhost or the address of the listener, or configure admin.token.',
  });
}
