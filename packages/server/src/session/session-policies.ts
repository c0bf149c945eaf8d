import {
  type CompiledPolicy,
  compilePolicy,
  type Policy,
  PRESETS,
  type Preset,
  type PseudonymKey,
  policyName,
  stricterPolicy,
} from '@rtcstats-server/privacy';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';

/**
 * The policies that sessions start with: the configured one, or a stricter one that a token asks for, compiled with the
 * pseudonym key of the current epoch. Compiled policies are cached per epoch, because compiling is expensive.
 */
export class SessionPolicies {
  readonly #policy: Policy;
  readonly #keys: PseudonymKeys;
  #key: PseudonymKey | undefined;
  /**
   * The policies of this epoch, by requested preset. Older sessions keep a reference to the policy they started with.
   */
  readonly #compiled = new Map<Preset | null, CompiledPolicy>();

  constructor(policy: Policy, keys: PseudonymKeys) {
    this.#policy = policy;
    this.#keys = keys;
  }

  /** @param asked the preset that the session's token asks for */
  current(asked: Preset | null = null, now: number = Date.now()): CompiledPolicy {
    const key = this.#keys.current(now);
    if (key.id !== this.#key?.id) {
      this.#compiled.clear();
      this.#key = key;
    }
    let compiled = this.#compiled.get(asked);
    if (compiled === undefined) {
      compiled = compilePolicy(this.#policyFor(asked), key);
      this.#compiled.set(asked, compiled);
    }
    return compiled;
  }

  /** The same policy, not compiled, so that it can be sent to another thread. */
  portable(asked: Preset | null, now: number): { readonly policy: Policy; readonly key: PseudonymKey } {
    return { policy: this.#policyFor(asked), key: this.#keys.current(now) };
  }

  #policyFor(asked: Preset | null): Policy {
    return asked === null ? this.#policy : stricterPolicy(this.#policy, asked);
  }
}

/**
 * Finds the policy by the name in a receipt, in order to verify the dump against it. For a name that the current
 * configuration cannot produce, because the configuration was changed since, returns the configured policy.
 */
export function policyNamed(name: string, configured: Policy): Policy {
  const known = [configured, ...PRESETS.map((preset) => stricterPolicy(configured, preset))];
  return known.find((policy) => policyName(policy) === name) ?? configured;
}
