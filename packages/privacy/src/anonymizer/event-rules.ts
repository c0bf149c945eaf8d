import { isPersonal } from '../classes/redactor.ts';
import type { PathPart } from '../json/visitor.ts';
import { customEventTreatment, isNamedEvent } from '../policy/policy.ts';
import type { CompiledPolicy } from './compiled-policy.ts';

/** The parts of the policy that concern events. */
export interface EventRules {
  /** Whether events of this method are stored unchanged. */
  isKept(method: string): boolean;
  /** Whether the policy lists the method. */
  isListed(method: string): boolean;
  /** Whether texts of events of this method are pseudonymized unless they are technical. */
  isPseudonymized(method: string): boolean;
  /** Whether the policy keeps the field at this path readable in events whose texts are pseudonymized. */
  isKeptField(path: readonly PathPart[]): boolean;
  /** The pseudonym of a text. */
  pseudonymOf(text: string): string;
  /** Whether UUIDs are kept. */
  readonly keepsOpaque: boolean;
  /** Whether addresses of TURN relays are kept. */
  readonly keepsRelays: boolean;
  /** Whether the standard preset would replace anything in the text. */
  isPersonal(text: string): boolean;
}

/** The rules of a policy. */
export function eventRules({ policy, pseudonyms, standardClasses, keptFields }: CompiledPolicy): EventRules {
  return {
    isKept: (method) => customEventTreatment(policy, method) === 'keep',
    isPseudonymized: (method) => customEventTreatment(policy, method) === 'pseudonymize',
    isKeptField: keptFields,
    pseudonymOf: (text) => pseudonyms.of('text', text),
    keepsOpaque: policy.keepOpaqueIdentifiers,
    isListed: (method) => isNamedEvent(policy, method),
    keepsRelays: policy.ipAddresses.keepRelay,
    isPersonal: (text) => isPersonal(text, standardClasses),
  };
}
