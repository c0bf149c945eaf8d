import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../errors/gateway-error.ts';
import { isLoopbackHost } from '../net/network.ts';
import { idsInCookie } from './admin-cookie.ts';
import { type AdminToken, type Identity, LOCAL } from './admin-tokens.ts';
import { equalSecrets } from './equal-secrets.ts';
import { FailedAttempts } from './failed-attempts.ts';
import { SignIns } from './sign-ins.ts';

/** The parts of a request that decide whether it is authorized. */
export interface Requester {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The address of the socket. */
  readonly ip: string;
}

interface KnownToken extends Identity {
  readonly token: string;
  /** Milliseconds since the epoch; infinite for a token that does not expire. */
  readonly expiry: number;
}

/**
 * Decides who may use the admin listener. With tokens, a request needs one of them or the cookie that was issued for
 * it. Without tokens the listener is on loopback and everybody on this machine may use it, except pages of other
 * sites in a browser on this machine. Such a page can send requests here under its own host name (DNS rebinding; the
 * `Host` header then names that site) or under ours (the `Origin` header then names that site).
 */
export class AdminAccess {
  readonly #tokens: readonly KnownToken[];
  readonly #signIns: SignIns;
  readonly #failed: FailedAttempts;
  readonly #now: () => number;

  /**
   * @param tokens `admin.token` and `admin.tokens`
   * @param now milliseconds since the epoch
   */
  constructor(tokens: readonly AdminToken[], now: () => number = Date.now) {
    this.#tokens = tokens.map(({ name, token, roles, expires }) => ({
      name,
      token,
      roles: new Set(roles),
      expiry: expires === null ? Number.POSITIVE_INFINITY : Date.parse(expires),
    }));
    this.#now = now;
    this.#signIns = new SignIns(now);
    this.#failed = new FailedAttempts(now);
  }

  /** Whether requests need a token or a cookie. */
  get required(): boolean {
    return this.#tokens.length > 0;
  }

  /**
   * @returns who makes the request
   * @throws GatewayError ADMIN_UNAUTHORIZED, ADMIN_TOO_MANY_ATTEMPTS
   */
  admit({ method, headers, ip }: Requester): Identity {
    if (!this.required) {
      const host = headers.host ?? '';
      if (!isLoopbackHost(hostName(host))) throw foreignSite('Host');
      if (headers.origin !== undefined && headers.origin !== `http://${host}`) throw foreignSite('Origin');
      return LOCAL;
    }
    const [, presented] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    if (presented !== undefined) return this.#checkToken(presented, ip);
    const identity = this.signedIn(headers);
    if (identity === undefined) throw new GatewayError('ADMIN_UNAUTHORIZED');
    if (!isSafe(method) && !isOwnPage(headers)) throw foreignSite('Origin');
    return identity;
  }

  /** Who is signed in with a browser; undefined if nobody is. */
  signedIn({ cookie }: IncomingHttpHeaders): Identity | undefined {
    for (const id of idsInCookie(cookie)) {
      const identity = this.#signIns.get(id);
      if (identity !== undefined) return identity;
    }
    return undefined;
  }

  /**
   * Signs a browser in, until the token expires at the latest.
   *
   * @returns what its cookie has to contain, and who signed in
   * @throws GatewayError ADMIN_UNAUTHORIZED, ADMIN_TOO_MANY_ATTEMPTS
   */
  signIn(presented: string, ip: string): ReturnType<SignIns['begin']> & { readonly identity: Identity } {
    const identity = this.#checkToken(presented, ip);
    return { ...this.#signIns.begin(identity, identity.expiry), identity };
  }

  /** Signs a browser out: its cookie, and every copy of it, is not accepted any more. */
  signOut({ cookie }: IncomingHttpHeaders): void {
    for (const id of idsInCookie(cookie)) this.#signIns.end(id);
  }

  /**
   * The only place where a token is checked. The right one is accepted however many wrong ones came from the address
   * before, because operators may share it with others. That does not help to guess a token, which has at least 16
   * characters; refusing attempts limits the load and the log.
   */
  #checkToken(presented: string, ip: string): KnownToken {
    // All of them, so that the duration does not tell which one it was.
    const [known] = this.#tokens.filter(({ token }) => equalSecrets(presented, token));
    if (known !== undefined && known.expiry > this.#now()) return known;
    if (this.#failed.wait(ip) > 0) throw new GatewayError('ADMIN_TOO_MANY_ATTEMPTS');
    this.#failed.add(ip);
    if (known === undefined) throw new GatewayError('ADMIN_UNAUTHORIZED');
    throw new GatewayError('ADMIN_UNAUTHORIZED', 'The admin token has expired', {
      todo: 'Put a new one into admin.tokens, and restart the gateway.',
    });
  }
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
