/**
 * URL of the public listener for a client on the machine of this page. Behind a reverse proxy clients use another one,
 * which the gateway does not know.
 */
export function publicListenerUrl(port: number, path: string): URL {
  // A Content-Security-Policy cannot name an IPv6 address, so connect to `localhost` instead of `[::1]`.
  const host = window.location.hostname.startsWith('[') ? 'localhost' : window.location.hostname;
  return new URL(`ws://${host}:${port}${path}`);
}
