/** Scheme, host and port as browsers write them (RFC 6454, 6.2); `*.` before the host matches any subdomain. */
const PATTERN = /^[a-z][a-z0-9+.-]*:\/\/(\*\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

/** Describes the entries of `server.allowedOrigins`, for messages and documentation. */
export const ORIGINS_ALLOWED =
  'a list of origins in lower case, such as https://app.example.com, https://*.example.com (its subdomains) or http://localhost:3000';

/** Whether the text is an origin, or a pattern for all subdomains of one. */
export function isOriginPattern(text: string): boolean {
  return PATTERN.test(text);
}

/**
 * A matcher for a list that was validated with `isOriginPattern`. An empty list allows all clients, even without an
 * origin.
 */
export class OriginList {
  readonly #exact: ReadonlySet<string>;
  /** Pairs such as `https://` and `.example.com:8443`. */
  readonly #subdomains: readonly (readonly [scheme: string, rest: string])[];
  readonly #allowsAll: boolean;

  constructor(patterns: readonly string[]) {
    this.#allowsAll = patterns.length === 0;
    this.#exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
    this.#subdomains = patterns
      .filter((pattern) => pattern.includes('*'))
      .map((pattern) => pattern.split('*') as [string, string]);
  }

  /** @param origin the value of the header */
  allows(origin: string | undefined): boolean {
    if (this.#allowsAll) return true;
    if (origin === undefined || !isOriginPattern(origin) || origin.includes('*')) return false;
    if (this.#exact.has(origin)) return true;
    return this.#subdomains.some(([scheme, rest]) => origin.startsWith(scheme) && origin.endsWith(rest));
  }
}
