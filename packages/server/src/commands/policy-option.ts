import { type Policy, PRESETS, presetPolicy } from '@rtcstats-server/privacy';
import { loadPolicy } from '../config/config.ts';
import { didYouMean } from '../config/nearest.ts';
import { usageError } from './arguments.ts';

/** The policy that `--preset NAME` or `--policy FILE` selects; `undefined` without either. @throws GatewayError */
export function policyOption(
  command: string,
  { preset, policy }: { readonly preset?: string | undefined; readonly policy?: string | undefined },
): Policy | undefined {
  if (preset !== undefined && policy !== undefined) {
    throw usageError('--preset and --policy cannot be combined, because a policy file names its own preset', command);
  }
  if (policy !== undefined) return loadPolicy(policy);
  if (preset === undefined) return undefined;
  const known = PRESETS.find((name) => name === preset);
  if (known !== undefined) return presetPolicy(known);
  const hint = didYouMean(preset, PRESETS) || `; known are ${PRESETS.join(', ')}`;
  throw usageError(`There is no preset ${JSON.stringify(preset)}${hint}`, command);
}
