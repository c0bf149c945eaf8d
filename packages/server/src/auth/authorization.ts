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
import { type Identity, NOBODY, readClaims } from './token-claims.ts';

/** The query parameter in which rtcstats-js sends its token. */
export const TOKEN_PARAMETER = 'rtcstats-token';

export type Authorization =
  | {
      readonly authorized: true;
      readonly identity: Identity;
      readonly preset?: Preset | undefined;
      readonly forward?: boolean | undefined;
    }
  | { readonly authorized: false; readonly reason: TokenRefusal };

/** Characters of a token; URLs may be 16 KiB long. */
const MAX_TOKEN_LENGTH = 8192;

type VerificationKey = CryptoKey | Uint8Array | PublicKey['key'];

/** The part of the configuration that says who may send (`authorization`). */
export interface AuthorizationSettings extends KeySettings {
  /** Whether a client needs a token; default: when any key is configured. */
  readonly required?: boolean | undefined;
  readonly jwtSecret?: string | readonly string[] | undefined;
  /** Keys as PEM or JWK text, or absolute paths of files that hold them. */
  readonly publicKey?: string | readonly string[] | undefined;
  readonly jwksUrl?: string | undefined;
  /** The accepted values of `iss` and `aud` (RFC 7519, 4.1); not checked if not set. */
  readonly issuer?: string | readonly string[] | undefined;
  readonly audience?: string | readonly string[] | undefined;
  /** Seconds by which `exp` and `nbf` may be off. */
  readonly clockToleranceSeconds: number;
}

/** Decides who may send, and for whom. */
export class Authorizer {
  readonly #required: boolean;
  readonly #algorithms: readonly string[];
  readonly #secrets: readonly Uint8Array[];
  readonly #publicKeys: readonly PublicKey[];
  readonly #remoteKeys: RemoteKeys | undefined;
  readonly #checks: Pick<JWTVerifyOptions, 'clockTolerance' | 'issuer' | 'audience'>;

  /** @throws GatewayError CONFIG_INVALID for a key file that is none */
  constructor(authorization: AuthorizationSettings, options: RemoteKeysOptions = {}) {
    const { jwtSecret, publicKey, jwksUrl, issuer, audience, clockToleranceSeconds } = authorization;
    this.#secrets = listOf(jwtSecret).map((secret) => new TextEncoder().encode(secret));
    this.#publicKeys = readPublicKeys(listOf(publicKey));
    this.#remoteKeys = jwksUrl === undefined ? undefined : new RemoteKeys(jwksUrl, options);
    this.#algorithms = acceptedAlgorithms(authorization);
    this.#required = authorization.required ?? true;
    this.#checks = {
      clockTolerance: clockToleranceSeconds,
      ...(issuer && { issuer: listOf(issuer) }),
      ...(audience && { audience: listOf(audience) }),
    };
  }

  /** Fetches the keys of the JWKS URL before the first client needs them. Never rejects. */
  async prepare(): Promise<void> {
    await this.#remoteKeys?.refresh();
  }

  close(): void {
    this.#remoteKeys?.close();
  }

  /**
   * Whether a client may send, and for whom. Without a configured key everybody may, and a token that is there is not looked at: what
   * nobody checked must not end up in the catalog as somebody's name. Never throws for bad input.
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
      const claims = readClaims(payload['rtcStats']);
      return claims === undefined ? refused('claims') : { authorized: true, ...claims };
    } catch (error) {
      return refused(reasonOf(error));
    }
  }

  /** The payload of a token that one of the keys has signed. */
  async #verify(token: string): Promise<JWTPayload | TokenRefusal> {
    const header = decodeProtectedHeader(token) as JWTHeaderParameters;
    if (typeof header.alg !== 'string') return 'malformed';
    if (!this.#algorithms.includes(header.alg)) return 'algorithm';
    const keys = await this.#keysFor(header);
    if (typeof keys === 'string') return keys;
    let error: unknown;
    for (const key of keys) {
      try {
        // Only this one: whatever else is allowed, a key is used for what the search above found it for.
        return (await jwtVerify(token, key, { ...this.#checks, algorithms: [header.alg] })).payload;
      } catch (cause) {
        if (!(cause instanceof errors.JWSSignatureVerificationFailed)) throw cause;
        error = cause;
      }
    }
    throw error;
  }

  /**
   * Secrets are for HMAC and public keys for everything else, whatever a token says: a public key is no secret (RFC 8725, 2.1).
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
