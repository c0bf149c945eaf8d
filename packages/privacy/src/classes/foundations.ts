import type { IpAddressPolicy } from '../policy/policy.ts';
import { COLON, DIGIT, EQUALS, SPACE } from '../text/features.ts';
import { findFoundations, isStandardFoundation, replacedFoundation } from './ip/foundations.ts';
import type { TextClass } from './text-class.ts';

/**
 * Foundations of ICE candidates, which many stacks compute from the address. They belong to the class of IP addresses
 * and are replaced by every method that changes addresses.
 */
export function foundations({ method }: IpAddressPolicy): TextClass {
  // The number of a candidate is not a phone number, even if it looks like one and addresses are kept.
  if (method === 'keep')
    return { name: 'ipAddresses', whole: { foundation: (text) => (isStandardFoundation(text) ? text : undefined) } };
  return {
    name: 'ipAddresses',
    needs: [DIGIT | COLON, DIGIT | EQUALS, DIGIT | SPACE],
    whole: { foundation: (text, { key }) => replacedFoundation(text, key) },
    find(text, _role, report, { key }) {
      findFoundations(text, key, report);
    },
  };
}
