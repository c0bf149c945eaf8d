/**
 * Why a token is rejected. Safe to log and to count; the client is not told, because the reason would help an attacker.
 * `unknownKey`: no configured key has the `kid` of the token; `keysUnavailable`: the JWKS URL has never answered;
 * `noExpiry`, `lifetime`: `authorization.requireExpiry` and `maxLifetimeSeconds`; `claims`: the signature is valid, but
 * `rtcStats` has the wrong shape.
 */
export const TOKEN_REFUSALS = [
  'missing',
  'malformed',
  'oversized',
  'algorithm',
  'unknownKey',
  'keysUnavailable',
  'signature',
  'expired',
  'notYetValid',
  'noExpiry',
  'lifetime',
  'issuer',
  'audience',
  'claims',
] as const;
export type TokenRefusal = (typeof TOKEN_REFUSALS)[number];
