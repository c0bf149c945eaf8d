import { parsePolicy, policyName, presetPolicy, stricterPolicy } from '@rtcstats-server/privacy';
import { expect, it } from 'vitest';
import { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { policyNamed, SessionPolicies } from './session-policies.ts';

const policy = parsePolicy({ contact: 'keep' });

it('compiles one policy per epoch, which all sessions share', () => {
  const policies = new SessionPolicies(policy, new PseudonymKeys(new Uint8Array(32), 1000));
  const first = policies.current(null, 5000);
  expect(policies.current(null, 5999)).toBe(first);
  expect(first.pseudonyms.keyId).toBe('e5');
  const second = policies.current(null, 6000);
  expect(second.pseudonyms.of('user', 'anna')).not.toBe(first.pseudonyms.of('user', 'anna'));
});

it('makes the policy stricter when a token asks for it, never more lenient', () => {
  const policies = new SessionPolicies(policy, new PseudonymKeys(new Uint8Array(32), null));
  expect(policies.current('strict').policy.classes.deviceNames).toBe('remove');
  expect(policies.current('compatible').policy).toEqual(policy);
});

it('finds a policy by the name in a receipt', () => {
  const strict = stricterPolicy(policy, 'strict');
  expect(policyNamed(policyName(strict), policy)).toEqual(strict);
  expect(policyNamed(policyName(policy), policy)).toEqual(policy);
  expect(policyNamed(policyName(presetPolicy('compatible')), policy)).toEqual(policy);
});
