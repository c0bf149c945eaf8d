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

/** The policies that sessions begin with: the configured one, or a stricter one that a token asks for, with the key of the epoch. */
export class SessionPolicies {
  readonly #policy: Policy;
  readonly #keys: PseudonymKeys;
  #epoch = Number.NaN;
  /** Of the epoch, by what was asked for. Sessions that are older hold what they began with. */
  readonly #compiled = new Map<Preset | null, CompiledPolicy>();

  constructor(policy: Policy, keys: PseudonymKeys) {
    this.#policy = policy;
    this.#keys = keys;
  }

  /** @param asked the preset that the session's token asks for */
  current(asked: Preset | null = null, now: number = Date.now()): CompiledPolicy {
    const epoch = this.#keys.epochAt(now);
    if (epoch !== this.#epoch) {
      this.#compiled.clear();
      this.#epoch = epoch;
    }
    let compiled = this.#compiled.get(asked);
    if (compiled === undefined) {
      compiled = compilePolicy(this.#policyFor(asked), this.#keys.at(epoch));
      this.#compiled.set(asked, compiled);
    }
    return compiled;
  }

  /** The same, not compiled: for another thread. */
  portable(asked: Preset | null, now: number): { readonly policy: Policy; readonly key: PseudonymKey } {
    return { policy: this.#policyFor(asked), key: this.#keys.current(now) };
  }

  #policyFor(asked: Preset | null): Policy {
    return asked === null ? this.#policy : stricterPolicy(this.#policy, asked);
  }
}

/**
 * The policy whose name a receipt holds, to verify its dump by. A name from another time, when the configuration was another one, stands
 * for the policy of today.
 */
export function policyNamed(name: string, configured: Policy): Policy {
  const known = [configured, ...PRESETS.map((preset) => stricterPolicy(configured, preset))];
  return known.find((policy) => policyName(policy) === name) ?? configured;
}
