import { textClasses } from '../classes/all.ts';
import type { TextClass } from '../classes/text-class.ts';
import type { PathPart } from '../json/visitor.ts';
import { keptFields } from '../policy/kept-fields.ts';
import { OperatorRules } from '../policy/operator-rules.ts';
import { type Policy, presetPolicy } from '../policy/policy.ts';
import { policyHash } from '../policy/policy-hash.ts';
import { type PseudonymKey, Pseudonyms } from '../pseudonyms/pseudonym.ts';
import { Automaton } from '../scan/automaton.ts';
import { eventLines } from '../scan/grammar.ts';
import { Scanner } from '../scan/scanner.ts';

/** A policy prepared for use. Compile it once per process; sessions share it. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** The hash of the policy (see `policyHash`). */
  readonly hash: string;
  readonly pseudonyms: Pseudonyms;
  readonly classes: readonly TextClass[];
  readonly operatorRules: OperatorRules | null;
  /**
   * The classes of the standard preset. They decide what may be shown outside dumps, such as in metrics, whatever the
   * policy.
   */
  readonly standardClasses: readonly TextClass[];
  readonly scanner: Scanner;
  /** Whether `customEvents.keepFields` has the field at this path. */
  readonly keptFields: (path: readonly PathPart[]) => boolean;
}

let scanner: Scanner | undefined;

/**
 * Compiles `policy`. `key` is the secret that pseudonyms are derived from; without it a random key is used, so that
 * pseudonyms are only comparable within this process.
 */
export function compilePolicy(policy: Policy, key: PseudonymKey = ephemeralKey()): CompiledPolicy {
  // The grammar does not depend on the policy.
  scanner ??= new Scanner(new Automaton(eventLines()));
  const pseudonyms = new Pseudonyms(key);
  const operatorRules = policy.rules.length > 0 ? new OperatorRules(policy.rules, pseudonyms) : null;
  return Object.freeze({
    policy,
    hash: policyHash(policy),
    pseudonyms,
    classes: textClasses(policy, pseudonyms),
    operatorRules,
    standardClasses: textClasses(presetPolicy('standard'), pseudonyms),
    scanner,
    keptFields: keptFields(policy.keepFields),
  });
}

function ephemeralKey(): PseudonymKey {
  return { bytes: crypto.getRandomValues(new Uint8Array(32)), id: 'ephemeral' };
}
