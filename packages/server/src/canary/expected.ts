import type { CanaryPlan } from '@rtcstats-server/canary';
import { cleanNames, type Policy, PRESETS, stricterPolicy } from '@rtcstats-server/privacy';
import type { AuthorizationSettings } from '../auth/authorization.ts';
import { signToken } from '../auth/sign-token.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { acceptedAlgorithms } from '../keys/algorithms.ts';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';

const TOKEN_LIFETIME_SECONDS = 600;

/** The parts of the configuration that determine how the gateway treats a canary. */
export interface ExpectedConfig {
  readonly authorization: AuthorizationSettings;
  readonly privacy: Policy;
}

/**
 * A token that the gateway accepts. If it asks for none, an unsigned token is sent nevertheless: the gateway does not
 * read it, so it is one more place for personal data.
 *
 * @param forwarded whether the dump may be delivered to rtcstats.com
 * @returns `null` if the gateway accepts clients without a token and there is no secret to sign one with
 * @throws GatewayError UNAUTHORIZED if a token is required and there is no secret to sign one with
 */
export async function canaryToken(
  { authorization }: Pick<ExpectedConfig, 'authorization'>,
  plan: CanaryPlan,
  forwarded: boolean,
): Promise<string | null> {
  const isNamed = authorization.trustQueryIdentity;
  if (acceptedAlgorithms(authorization).length === 0 && isNamed) return plan.unsignedToken;
  // By default, the token forbids forwarding, because an invented session would only cost a credit at rtcstats.com.
  const claims = forwarded ? plan.identity : { ...plan.identity, forward: false };
  const token = await signToken(authorization, claims, TOKEN_LIFETIME_SECONDS);
  if (token !== undefined) return token;
  if (!isNamed) {
    throw new GatewayError(
      'UNAUTHORIZED',
      'The gateway takes names from tokens only, so it would not find the session of the canary without one',
      { todo: 'Let the application make a token, and give it with --token, or set authorization.jwtSecret.' },
    );
  }
  if (authorization.required === false) return null;
  throw new GatewayError(
    'UNAUTHORIZED',
    'The gateway accepts only tokens that the application signs with its private key',
    { todo: 'Let the application make one, and give it with --token.' },
  );
}

/**
 * The names that a conference may have in the catalog: under the policy that is checked, and under each policy that the
 * gateway may apply instead, because a token can ask for a stricter preset.
 */
export function conferenceNames(
  config: Pick<ExpectedConfig, 'privacy'>,
  checked: Policy,
  keys: PseudonymKeys,
): (conference: string) => string[] {
  const key = keys.current();
  const policies = [checked, config.privacy, ...PRESETS.map((preset) => stricterPolicy(config.privacy, preset))];
  return (conference) => policies.flatMap((policy) => cleanNames('conference', conference, policy, key));
}
