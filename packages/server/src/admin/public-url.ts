import { isLoopbackHost } from '../net/network.ts';

/**
 * The host under which a browser reaches the public listener, if it reached the admin listener under `host` (RFC 9110,
 * section 7.2): the same name, because both listeners are on the same machine. A Content-Security-Policy cannot name an
 * IPv6 address (CSP 3, host-source): for the loopback address the result is `localhost`, for others `undefined`. The
 * result is also `undefined` if `host` is not valid.
 */
export function publicHost(host: string | undefined): string | undefined {
  const [, name] = /^([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  if (name?.startsWith('[')) return isLoopbackHost(name.slice(1, -1)) ? 'localhost' : undefined;
  return name;
}
