import { NOBODY, type SessionIdentity } from '@rtcstats-server/dump';
import type { Preset } from '@rtcstats-server/privacy';
import {
  type CryptoKey,
  decodeProtectedHeader,
  errors,
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { TokenRefusal } from '../errors/token-refusals.ts';
import { acceptedAlgorithms, type KeySettings, listOf } from '../keys/algorithms.ts';
import { type PublicKey, readPublicKeys } from '../keys/public-keys.ts';
import { RemoteKeys, type RemoteKeysOptions } from './remote-keys.ts';
import { readClaims } from './token-claims.ts';

/** The query parameter in which rtcstats-js sends its token. */
export const TOKEN_PARAMETER = 'rtcstats-token';

export type Authorization =
  | {
      readonly authorized: true;
      /** Raw: anonymize it before writing any of it. */
      readonly identity: SessionIdentity;
      readonly preset?: Preset | undefined;
      readonly forward?: boolean | undefined;
    }
  | { readonly authorized: false; readonly reason: TokenRefusal };

/** The most characters of a token. Node.js accepts URLs of up to 16 KiB. */
const MAX_TOKEN_LENGTH = 8192;

type VerificationKey = CryptoKey | Uint8Array | PublicKey['key'];

/** The part of the configuration that determines who may send (`authorization`). */
export interface AuthorizationSettings extends KeySettings {
  /** Whether clients need a token. Default: if any key is configured. */
  readonly required?: boolean | undefined;
  readonly jwtSecret?: string | readonly string[] | undefined;
  /** Keys as PEM or JWK text, or absolute paths of files with such keys. */
  readonly publicKey?: string | readonly string[] | undefined;
  readonly jwksUrl?: string | undefined;
  /** The accepted values of `iss` and `aud` (RFC 7519, 4.1); not checked by default. */
  readonly issuer?: string | readonly string[] | undefined;
  readonly audience?: string | readonly string[] | undefined;
  /** Tolerance for `exp` and `nbf`, in seconds. */
  readonly clockToleranceSeconds: number;
  /** Whether a token without `exp` is rejected. */
  readonly requireExpiry: boolean;
  /** The longest lifetime of a token, in seconds; tokens need `exp` if it is set. */
  readonly maxLifetimeSeconds?: number | undefined;
  /** Whether clients may identify their sessions without a token: in the query of the URL, or in an event. */
  readonly trustQueryIdentity: boolean;
}

/** Decides which clients may send, and determines the identity of their sessions. */
export class Authorizer {
  /** `authorization.trustQueryIdentity` */
  readonly trustsQueryIdentity: boolean;
  readonly #required: boolean;
  readonly #lifetime: LifetimeSettings;
  readonly #algorithms: readonly string[];
  readonly #secrets: readonly Uint8Array[];
  readonly #publicKeys: readonly PublicKey[];
  readonly #remoteKeys: RemoteKeys | undefined;
  readonly #checks: Pick<JWTVerifyOptions, 'clockTolerance' | 'issuer' | 'audience'>;

  /** @throws GatewayError CONFIG_INVALID if a key file does not contain a key */
  constructor(authorization: AuthorizationSettings, options: RemoteKeysOptions = {}) {
    const { jwtSecret, publicKey, jwksUrl, issuer, audience, clockToleranceSeconds } = authorization;
    this.#secrets = listOf(jwtSecret).map((secret) => new TextEncoder().encode(secret));
    this.#publicKeys = readPublicKeys(listOf(publicKey));
    this.#remoteKeys = jwksUrl === undefined ? undefined : new RemoteKeys(jwksUrl, options);
    this.#algorithms = acceptedAlgorithms(authorization);
    this.#required = authorization.required ?? true;
    this.#lifetime = authorization;
    this.trustsQueryIdentity = authorization.trustQueryIdentity;
    this.#checks = {
      clockTolerance: clockToleranceSeconds,
      ...(issuer && { issuer: listOf(issuer) }),
      ...(audience && { audience: listOf(audience) }),
    };
  }

  /** Fetches the keys of the JWKS URL, so that the first client does not wait for them. Never rejects. */
  async prepare(): Promise<void> {
    await this.#remoteKeys?.refresh();
  }

  close(): void {
    this.#remoteKeys?.close();
  }

  /**
   * Decides whether a client may send. If no key is configured, every client may, and its token is ignored, because an
   * identity that was not verified must not get into the catalog as a signed one. Never throws for bad input.
   *
   * @param source the URL of the request with the token in its query, or the token itself
   */
  async authorize(source: URL | string): Promise<Authorization> {
    if (this.#algorithms.length === 0) return { authorized: true, identity: NOBODY };
    const tokens = typeof source === 'string' ? [source] : source.searchParams.getAll(TOKEN_PARAMETER);
    const [token] = tokens;
    if (tokens.length > 1) return refused('malformed');
    if (token === undefined || token === '') {
      return this.#required ? refused('missing') : { authorized: true, identity: NOBODY };
    }
    if (token.length > MAX_TOKEN_LENGTH) return refused('oversized');
    try {
      const payload = await this.#verify(token);
      if (typeof payload === 'string') return refused(payload);
      const expiry = expiryRefusal(payload, this.#lifetime, Date.now() / 1000);
      if (expiry !== undefined) return refused(expiry);
      const claims = readClaims(payload['rtcStats']);
      return claims === undefined ? refused('claims') : { authorized: true, ...claims };
    } catch (error) {
      return refused(reasonOf(error));
    }
  }

  /** The payload of a token that was signed with one of the keys, or why it is refused. */
  async #verify(token: string): Promise<JWTPayload | TokenRefusal> {
    const header = decodeProtectedHeader(token) as JWTHeaderParameters;
    if (typeof header.alg !== 'string') return 'malformed';
    if (!this.#algorithms.includes(header.alg)) return 'algorithm';
    const keys = await this.#keysFor(header);
    if (typeof keys === 'string') return keys;
    let error: unknown;
    for (const key of keys) {
      try {
        // Accept this algorithm only, because `#keysFor` selected the key for it.
        return (await jwtVerify(token, key, { ...this.#checks, algorithms: [header.alg] })).payload;
      } catch (cause) {
        if (!(cause instanceof errors.JWSSignatureVerificationFailed)) throw cause;
        error = cause;
      }
    }
    throw error;
  }

  /**
   * Uses secrets for HMAC only and public keys for all other algorithms. Otherwise, tokens could be signed with a
   * public key as the secret (RFC 8725, 2.1).
   */
  async #keysFor({ alg, ...header }: JWTHeaderParameters): Promise<readonly VerificationKey[] | TokenRefusal> {
    if (alg.startsWith('HS')) return this.#secrets.length > 0 ? this.#secrets : 'unknownKey';
    const own = this.#publicKeys.filter(
      ({ kid, algorithms }) =>
        algorithms.includes(alg) && (kid === undefined || header.kid === undefined || kid === header.kid),
    );
    if (own.length > 0 && own.some(({ kid }) => kid === header.kid)) return own.map(({ key }) => key);
    const remote = await this.#remoteKeys?.candidates({ alg, ...header });
    const keys = [...own.map(({ key }) => key), ...(remote ?? [])];
    if (keys.length > 0) return keys;
    return this.#remoteKeys !== undefined && remote === undefined ? 'keysUnavailable' : 'unknownKey';
  }
}

type LifetimeSettings = Pick<AuthorizationSettings, 'requireExpiry' | 'maxLifetimeSeconds' | 'clockToleranceSeconds'>;

/**
 * Checks the lifetime of a token whose times are valid otherwise.
 *
 * @param now seconds since the epoch
 */
function expiryRefusal({ exp, iat }: JWTPayload, settings: LifetimeSettings, now: number): TokenRefusal | undefined {
  const { requireExpiry, maxLifetimeSeconds, clockToleranceSeconds } = settings;
  if (exp === undefined) return requireExpiry || maxLifetimeSeconds !== undefined ? 'noExpiry' : undefined;
  if (maxLifetimeSeconds === undefined) return undefined;
  // The time that is left counts even if `iat` is in the future, because the token is accepted from now on.
  const isTooLong =
    exp - now > maxLifetimeSeconds + clockToleranceSeconds || (iat !== undefined && exp - iat > maxLifetimeSeconds);
  return isTooLong ? 'lifetime' : undefined;
}

function refused(reason: TokenRefusal): Authorization {
  return { authorized: false, reason };
}

function reasonOf(error: unknown): TokenRefusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf' && error.reason === 'check_failed') return 'notYetValid';
    if (error.claim === 'iss') return 'issuer';
    if (error.claim === 'aud') return 'audience';
  }
  return 'malformed';
}
