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
export const DEFAULT_ALGORITHMS = { secret: ['HS256'], publicKey: ['RS256', 'ES256', 'EdDSA', 'Ed25519'] } as const;

/** Which keys are configured, as far as it decides on algorithms. */
export interface KeySettings {
  readonly jwtSecret?: unknown;
  readonly publicKey?: string | readonly string[] | undefined;
  readonly jwksUrl?: unknown;
  readonly algorithms?: readonly string[] | undefined;
}

/** `undefined` is an empty list, a text a list of one. */
export function listOf(value: string | readonly string[] | undefined): string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : [...value];
}

/** The algorithms that are accepted and that there is a kind of key for; none when no key is configured. */
export function acceptedAlgorithms({ jwtSecret, publicKey, jwksUrl, algorithms }: KeySettings): readonly string[] {
  const secret = jwtSecret !== undefined;
  const asymmetric = publicKey !== undefined || jwksUrl !== undefined;
  const chosen = algorithms ?? [...DEFAULT_ALGORITHMS.secret, ...DEFAULT_ALGORITHMS.publicKey];
  return chosen.filter((algorithm) => (algorithm.startsWith('HS') ? secret : asymmetric));
}
