import { randomBytes } from 'node:crypto';
import {
  type CompiledPolicy,
  compilePolicy,
  type Policy,
  PRESETS,
  policyName,
  stricterPolicy,
} from '@rtcstats-server/privacy';
import type { PseudonymKeys } from '../../pseudonyms/pseudonym-keys.ts';

/** Compiled policies in memory; dumps come in the order of their times, so that few epochs are needed at once. */
const MAX_COMPILED = 8;

/**
 * Today's policy for dumps of earlier times: with the key of the epoch that a dump was recorded in, so that its
 * pseudonyms stay the same, and never weaker than the preset that a token asked for.
 */
export class CurePolicies {
  readonly #policy: Policy;
  readonly #keys: PseudonymKeys;
  readonly #compiled = new Map<string, CompiledPolicy>();

  constructor(policy: Policy, keys: PseudonymKeys) {
    this.#policy = policy;
    this.#keys = keys;
  }

  /** The name in receipts: preset and hash. */
  get name(): string {
    return policyName(this.#policy);
  }

  /** @param recorded the name of the policy that the dump was recorded under, if known */
  policyFor(recorded: string | null): Policy {
    const preset = PRESETS.find((name) => name === recorded?.split('@')[0]);
    return preset === undefined ? this.#policy : stricterPolicy(this.#policy, preset);
  }

  /**
   * @param keyId the name of the key of its pseudonyms: `e684`
   * @param time when it was recorded, in milliseconds since the epoch, if no key is known
   */
  compiled(policy: Policy, keyId: string | null, time: number): CompiledPolicy {
    const epoch = this.#keys.epochOf(keyId) ?? this.#keys.currentEpoch(time);
    const id = `${policyName(policy)} ${epoch.id}`;
    let compiled = this.#compiled.get(id);
    if (compiled === undefined) {
      if (this.#compiled.size >= MAX_COMPILED) this.#compiled.clear();
      // Of an epoch whose key was destroyed, the pseudonyms in the dump stay; new ones can be linked to nothing.
      compiled = compilePolicy(policy, epoch.key ?? { id: epoch.id, bytes: randomBytes(32) });
      this.#compiled.set(id, compiled);
    }
    return compiled;
  }
}
