import { SignJWT } from 'jose';
import { acceptedAlgorithms, listOf } from '../keys/algorithms.ts';
import type { AuthorizationSettings } from './authorization.ts';

/** The content of the claim `rtcStats`. */
export interface Claims {
  readonly user?: string | undefined;
  readonly conference?: string | undefined;
  readonly session?: string | undefined;
  readonly privacy?: string | undefined;
  readonly forward?: boolean | undefined;
}

/**
 * Signs a token that a gateway with this configuration accepts. Returns `undefined` if no secret is configured.
 *
 * @param lifetime in seconds; at most `authorization.maxLifetimeSeconds`
 */
export async function signToken(
  authorization: AuthorizationSettings,
  rtcStats: Claims,
  lifetime: number,
): Promise<string | undefined> {
  const { issuer, audience, maxLifetimeSeconds = lifetime } = authorization;
  const [secret] = listOf(authorization.jwtSecret);
  const alg = acceptedAlgorithms(authorization).find((name) => name.startsWith('HS'));
  if (secret === undefined || alg === undefined) return undefined;
  const now = Math.floor(Date.now() / 1000);
  const jwt = new SignJWT({ rtcStats: { ...rtcStats } })
    .setProtectedHeader({ alg, typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + Math.min(lifetime, maxLifetimeSeconds));
  if (issuer !== undefined) jwt.setIssuer(listOf(issuer)[0]!);
  if (audience !== undefined) jwt.setAudience(listOf(audience)[0]!);
  return await jwt.sign(new TextEncoder().encode(secret));
}
