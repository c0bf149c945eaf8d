/** Signature algorithms of tokens (RFC 7518, 3.1; RFC 8037; RFC 9864) and which of them the configured keys allow. */

export const HMAC_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;
export const PUBLIC_KEY_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
/** The algorithms accepted where `algorithms` is not set. */
export const DEFAULT_ALGORITHMS = {
  secret: HMAC_ALGORITHMS,
  publicKey: ['RS256', 'ES256', 'EdDSA', 'Ed25519'],
} as const;

/** The settings of keys that decide which algorithms are accepted. */
export interface KeySettings {
  readonly jwtSecret?: unknown;
  readonly publicKey?: string | readonly string[] | undefined;
  readonly jwksUrl?: unknown;
  readonly algorithms?: readonly string[] | undefined;
}

/** Converts a setting to a list: `undefined` is an empty list, a single value a list of one. */
export function listOf(value: string | readonly string[] | undefined): string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : [...value];
}

/** The accepted algorithms for which a key is configured; empty when there is no key. */
export function acceptedAlgorithms({ jwtSecret, publicKey, jwksUrl, algorithms }: KeySettings): readonly string[] {
  const secret = jwtSecret !== undefined;
  const asymmetric = publicKey !== undefined || jwksUrl !== undefined;
  const chosen = algorithms ?? [...DEFAULT_ALGORITHMS.secret, ...DEFAULT_ALGORITHMS.publicKey];
  return chosen.filter((algorithm) => (algorithm.startsWith('HS') ? secret : asymmetric));
}
