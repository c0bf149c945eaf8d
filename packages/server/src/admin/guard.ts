import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopbackHost } from '../config/network.ts';
import { GatewayError } from '../errors.ts';

/**
 * Who may use the admin listener. With a token: who sends it. Without one the listener is on loopback, and who is on this
 * machine may; but not a web page that this machine's browser shows. Such a page can send requests here, under its own
 * name (DNS rebinding: then `Host` is that name) or under ours (then `Origin` is not).
 *
 * @throws GatewayError ADMIN_UNAUTHORIZED
 */
export function admit(headers: IncomingHttpHeaders, token: string | undefined): void {
  if (token !== undefined) {
    const [, presented] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    if (presented === undefined || !equal(presented, token)) throw new GatewayError('ADMIN_UNAUTHORIZED');
    return;
  }
  const host = headers.host ?? '';
  if (!isLoopbackHost(hostName(host))) throw notFromHere('Host');
  if (headers.origin !== undefined && headers.origin !== `http://${host}`) throw notFromHere('Origin');
}

/** Compared as hashes, so that neither the time nor the length tells anything about the token. */
function equal(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
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
