/**
 * The host to put into a URL for a listener. A listener on all interfaces is reachable as localhost, but not by its own
 * address.
 */
export function hostForUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
