import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../errors/gateway-error.ts';
import { isLoopbackHost } from '../net/network.ts';
import { hasCookie } from './admin-cookie.ts';
import { equalSecrets } from './equal-secrets.ts';
import type { FailedAttempts } from './failed-attempts.ts';

/** What of a request says whether it is let in. */
export interface Caller {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The address of the socket. */
  readonly ip: string;
}

/**
 * Who may use the admin listener. With a token: who sends it, or the cookie that was given for it. Without one the listener
 * is on loopback, and who is on this machine may; but not a web page that this machine's browser shows. Such a page can send
 * requests here, under its own name (DNS rebinding: then `Host` is that name) or under ours (then `Origin` is not).
 *
 * @throws GatewayError ADMIN_UNAUTHORIZED, ADMIN_TOO_MANY_ATTEMPTS
 */
export function admit(caller: Caller, token: string | undefined, attempts: FailedAttempts): void {
  const { headers } = caller;
  if (token === undefined) {
    const host = headers.host ?? '';
    if (!isLoopbackHost(hostName(host))) throw notFromHere('Host');
    if (headers.origin !== undefined && headers.origin !== `http://${host}`) throw notFromHere('Origin');
    return;
  }
  const [, presented] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (presented !== undefined) {
    checkToken(presented, token, caller.ip, attempts);
    return;
  }
  if (!hasCookie(headers.cookie, token)) throw new GatewayError('ADMIN_UNAUTHORIZED');
  if (!isSafe(caller.method) && !isOwnPage(headers)) throw notFromHere('Origin');
}

/** @throws GatewayError ADMIN_UNAUTHORIZED, ADMIN_TOO_MANY_ATTEMPTS */
export function checkToken(presented: string, token: string, ip: string, attempts: FailedAttempts): void {
  if (attempts.wait(ip) > 0) throw new GatewayError('ADMIN_TOO_MANY_ATTEMPTS');
  if (equalSecrets(presented, token)) return;
  attempts.add(ip);
  throw new GatewayError('ADMIN_UNAUTHORIZED');
}

/**
 * Whether a page of this listener made the request. SameSite alone would let in pages of other ports of this host. A browser
 * says it itself (Fetch Metadata) where the page came safely; else by `Origin`, which scripts cannot set either.
 */
export function isOwnPage(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin !== undefined && URL.parse(headers.origin)?.host === headers.host;
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** `host:port` (RFC 9110, 7.2) without the port and the brackets of an IPv6 address. */
function hostName(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

function notFromHere(header: string): GatewayError {
  return new GatewayError('ADMIN_UNAUTHORIZED', `The ${header} header names another site`, {
    todo: 'Use http://localhost or the address of the listener, or configure admin.token.',
  });
}
