/**
 * Why a client's token was refused. Logged and counted, but not reported to the client. `unknownKey`: no configured key matches
 * the token; `keysUnavailable`: the JWKS URL has never answered; `claims`: the signature is valid, but the claim `rtcStats` is
 * malformed.
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
