import { isLoopbackHost } from '../net/network.ts';

/**
 * The host under which a browser that called the admin listener by `host` (RFC 9110, 7.2) reaches the public one: the same
 * machine by the same name. `undefined` for what is no host. A Content-Security-Policy cannot name an IPv6 address (CSP 3,
 * host-source), so for loopback it is `localhost`, and for others there is none.
 */
export function publicHost(host: string | undefined): string | undefined {
  const [, name] = /^([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  if (name?.startsWith('[')) return isLoopbackHost(name.slice(1, -1)) ? 'localhost' : undefined;
  return name;
}
