import { PRESETS, type Preset } from '@rtcstats-server/privacy';

/** Who a session belongs to, as the application's token says. Raw: anonymize before writing any of it. */
export interface Identity {
  readonly user: string | null;
  readonly conference: string | null;
  readonly session: string | null;
}

/** What a token says of its session, in the claim `rtcStats`. */
export interface TokenClaims {
  readonly identity: Identity;
  /** The preset that the application asks for. */
  readonly preset: Preset | undefined;
  /** Whether the application wants the dump to be forwarded, where it says so. */
  readonly forward: boolean | undefined;
}

export const NOBODY: Identity = { user: null, conference: null, session: null };

/** Characters (UTF-16 units) of an identifier; longer ones are no identifiers and would bloat the catalog. */
export const MAX_IDENTIFIER_LENGTH = 512;

/**
 * Reads `{user?, conference?, session?, privacy?, forward?}`; other keys are the application's own. `undefined` for what is not that: a
 * preset that there is not, or a `forward` that is no boolean, would mean that less is done, or more leaves, than was asked for.
 */
export function readClaims(claim: unknown): TokenClaims | undefined {
  if (claim === undefined || claim === null) return { identity: NOBODY, preset: undefined, forward: undefined };
  if (typeof claim !== 'object' || Array.isArray(claim)) return undefined;
  const { user, conference, session, privacy, forward } = claim as Record<string, unknown>;
  if (![user, conference, session].every(isIdentifier)) return undefined;
  const preset = PRESETS.find((name) => name === privacy);
  if (isSet(privacy) && preset === undefined) return undefined;
  if (isSet(forward) && typeof forward !== 'boolean') return undefined;
  const orNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  return {
    identity: { user: orNull(user), conference: orNull(conference), session: orNull(session) },
    preset,
    forward: typeof forward === 'boolean' ? forward : undefined,
  };
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isIdentifier(value: unknown): boolean {
  return !isSet(value) || (typeof value === 'string' && value.length <= MAX_IDENTIFIER_LENGTH);
}
