import { cleanNames, type Policy, PRESETS, stricterPolicy } from '@rtcstats-server/privacy';
import { signToken } from '../auth/sign-token.ts';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { acceptedAlgorithms } from '../keys/algorithms.ts';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import type { CanaryPlan } from './canary.ts';

/** What a canary needs to know of the gateway's configuration: which token it takes, and what it calls a conference. */

const TOKEN_LIFETIME_SECONDS = 600;

/**
 * Where no token is asked for, one is not looked at: then it is one more place for something personal.
 *
 * @param forwarded the dump may be delivered
 * @throws GatewayError UNAUTHORIZED when the gateway has no secret to sign one with
 */
export async function canaryToken(
  { authorization }: Pick<Config, 'authorization'>,
  plan: CanaryPlan,
  forwarded: boolean,
): Promise<string | null> {
  if (acceptedAlgorithms(authorization).length === 0) return plan.unsignedToken;
  // An invented session is of no use to whoever dumps are forwarded to.
  const token = await signToken(
    authorization,
    forwarded ? plan.identity : { ...plan.identity, forward: false },
    TOKEN_LIFETIME_SECONDS,
  );
  if (token !== undefined) return token;
  if (authorization.required === false) return null;
  throw new GatewayError(
    'UNAUTHORIZED',
    'The gateway takes only tokens that the application signs with its private key',
    {
      todo: 'Let the application make one, and give it with --token.',
    },
  );
}

/** Under the policy that is checked, and under those that the gateway may have instead. */
export function conferenceNames(
  config: Pick<Config, 'privacy'>,
  checked: Policy,
  keys: PseudonymKeys,
): (conference: string) => string[] {
  const key = keys.current();
  const policies = [checked, config.privacy, ...PRESETS.map((preset) => stricterPolicy(config.privacy, preset))];
  return (conference) => policies.flatMap((policy) => cleanNames('conference', conference, policy, key));
}
