/** Scheme, host and port as browsers write them (RFC 6454, 6.2); `*.` in front of the host stands for any subdomain. */
const PATTERN = /^[a-z][a-z0-9+.-]*:\/\/(\*\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

/** What an entry of `server.allowedOrigins` may be, for messages and documentation. */
export const ORIGINS_ALLOWED =
  'a list of origins in lower case, such as https://app.example.com, https://*.example.com (its subdomains) or http://localhost:3000';

/** Whether it can be the origin of a page, or stands for the origins of all subdomains. */
export function isOriginPattern(text: string): boolean {
  return PATTERN.test(text);
}

/** A matcher for a list that was checked by `isOriginPattern`. An empty one lets everybody in, also who names no origin. */
export class OriginList {
  readonly #exact: ReadonlySet<string>;
  /** `https://` and `.example.com:8443` */
  readonly #subdomains: readonly (readonly [scheme: string, rest: string])[];
  readonly #everybody: boolean;

  constructor(patterns: readonly string[]) {
    this.#everybody = patterns.length === 0;
    this.#exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
    this.#subdomains = patterns
      .filter((pattern) => pattern.includes('*'))
      .map((pattern) => pattern.split('*') as [string, string]);
  }

  /** @param origin the header of that name */
  allows(origin: string | undefined): boolean {
    if (this.#everybody) return true;
    if (origin === undefined || !isOriginPattern(origin) || origin.includes('*')) return false;
    if (this.#exact.has(origin)) return true;
    return this.#subdomains.some(([scheme, rest]) => origin.startsWith(scheme) && origin.endsWith(rest));
  }
}
