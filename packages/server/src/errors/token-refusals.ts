/**
 * Why a client was refused. Safe to log and to count, not told to the client. `unknownKey`: signed with a key that there is not;
 * `keysUnavailable`: the JWKS URL never answered; `claims`: the token is genuine, but its `rtcStats` is not what it should be.
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
  'issuer',
  'audience',
  'claims',
] as const;
export type TokenRefusal = (typeof TOKEN_REFUSALS)[number];
