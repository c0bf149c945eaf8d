import { type Policy, PolicyError, type PolicyProblem, parsePolicy, policySettings } from '@rtcstats-server/privacy';
import { parseDuration } from './duration.ts';
import { didYouMean } from './nearest.ts';
import type { PseudonymKeySettings } from './privacy-schema.ts';

/** Settings of `privacy` that are not part of a policy. */
const KEY_SETTINGS = ['key', 'keyRotation'];

/** Parses unchecked settings: returns the policy, or every problem with them. */
export function readPolicy(
  settings: unknown,
): { readonly policy: Policy } | { readonly problems: readonly PolicyProblem[] } {
  try {
    return { policy: parsePolicy(settings) };
  } catch (error) {
    if (error instanceof PolicyError) return { problems: error.problems };
    throw error;
  }
}

/** The same for `privacy` of the configuration, which also has the settings of the key. */
export function readPrivacy(settings: unknown): ReturnType<typeof readPolicy> {
  if (typeof settings !== 'object' || settings === null) return readPolicy(undefined);
  const own = Object.entries(settings).filter(([key]) => !KEY_SETTINGS.includes(key));
  const result = readPolicy(Object.fromEntries(own));
  if ('policy' in result) return result;
  const problems = result.problems.map(({ path, message, known }) => {
    const isTop = known !== undefined && !path.includes('.');
    return { path: `privacy.${path}`, message, ...(known && { known: isTop ? [...known, ...KEY_SETTINGS] : known }) };
  });
  return { problems };
}

/** A sentence with the setting that was probably meant, or with the origin of the value. */
export function describePolicyProblem(
  { path, message, known }: PolicyProblem,
  origins: ReadonlyMap<string, string> = new Map(),
): string {
  const shown = path === '' ? 'the settings' : path;
  if (known !== undefined) {
    const hint = didYouMean(path.split('.').at(-1)!, known) || `; known are ${known.join(', ')}`;
    return `${shown}: ${message}${hint}`;
  }
  const origin = originOf(path, origins);
  return `${shown}: ${message}${origin === undefined ? '' : ` (from ${origin})`}`;
}

/** The origin of the setting, or of the list or mapping that contains it. */
function originOf(path: string, origins: ReadonlyMap<string, string>): string | undefined {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.search(/[.[][^.[]*$/)))) {
    const origin = origins.get(at);
    if (origin !== undefined) return origin;
  }
  return undefined;
}

const DAY = 86_400_000;

export function keySettings(privacy: {
  readonly key?: string | undefined;
  readonly keyRotation: string;
}): PseudonymKeySettings {
  return { key: privacy.key, rotation: parseDuration(privacy.keyRotation) ?? null };
}

/** `privacy` as it would be written in a file, without the key, which the caller adds where that is safe. */
export function privacySettings(policy: Policy, { key, rotation }: PseudonymKeySettings): Record<string, unknown> {
  const hours = rotation === null ? 0 : rotation / (DAY / 24);
  const keyRotation = rotation === null ? 'off' : rotation % DAY === 0 ? `${rotation / DAY}d` : `${hours}h`;
  return { ...policySettings(policy), key, keyRotation };
}
