/** An address of all interfaces is no address to connect to; this machine is the one that is sure to reach it. */
export function hostForUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
