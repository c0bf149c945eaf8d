import { MAX_IDENTIFIER_LENGTH, NOBODY, type SessionIdentity } from '@rtcstats-server/dump';
import { PRESETS, type Preset } from '@rtcstats-server/privacy';

/** The content of the claim `rtcStats`. */
export interface TokenClaims {
  /** Raw: anonymize it before writing any of it. */
  readonly identity: SessionIdentity;
  /** The preset that the application requests. */
  readonly preset: Preset | undefined;
  /** Whether the application wants the dump to be forwarded; `undefined` if it does not say. */
  readonly forward: boolean | undefined;
}

/**
 * Reads `{user?, conference?, session?, privacy?, forward?}` and ignores other keys, which belong to the application.
 * `user` may be a number, because many applications use the number of a database row.
 * Returns `undefined` if a value is invalid: ignoring an unknown preset or a malformed `forward` could anonymize less,
 * or forward more, than the application requested.
 */
export function readClaims(claim: unknown): TokenClaims | undefined {
  if (claim === undefined || claim === null) return { identity: NOBODY, preset: undefined, forward: undefined };
  if (typeof claim !== 'object' || Array.isArray(claim)) return undefined;
  const { conference, session, privacy, forward, ...others } = claim as Record<string, unknown>;
  const user = userText(others['user']);
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

/**
 * The decimal text of a user number; other values are returned unchanged. Numbers that are not exact in JavaScript
 * (2^53 and more) are not converted, because different users would get the same text; the token is then refused.
 */
function userText(user: unknown): unknown {
  return Number.isSafeInteger(user) ? String(user) : user;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isIdentifier(value: unknown): boolean {
  return !isSet(value) || (typeof value === 'string' && value.length <= MAX_IDENTIFIER_LENGTH);
}
