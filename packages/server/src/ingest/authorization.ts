import { PRESETS, type Preset } from '@rtcstats-server/privacy';
import { errors, jwtVerify } from 'jose';
import type { Config } from '../config/config.ts';

/** The query parameter in which rtcstats-js sends its token. */
export const TOKEN_PARAMETER = 'rtcstats-token';

/** Who a session belongs to, as the application's token says. Raw: anonymize before writing any of it. */
export interface Identity {
  readonly user: string | null;
  readonly conference: string | null;
  readonly session: string | null;
}

/** Safe to log. `claims`: the token is genuine, but its `rtcStats` is not what it should be. */
export type RefusalReason = 'missing' | 'malformed' | 'algorithm' | 'signature' | 'expired' | 'notYetValid' | 'claims';

export type Authorization =
  | { readonly authorized: true; readonly identity: Identity; readonly preset?: Preset | undefined }
  | { readonly authorized: false; readonly reason: RefusalReason };

const NOBODY: Identity = { user: null, conference: null, session: null };

/** Clocks of application servers and gateways differ by seconds, rarely by more. */
const CLOCK_TOLERANCE_SECONDS = 30;
const LONGEST_TOKEN = 8192;
/** Characters (UTF-16 units) of an identifier; longer ones are no identifiers and would bloat the catalog. */
export const LONGEST_IDENTIFIER = 512;

/**
 * Whether a client may send, and for whom. Without a configured secret everybody may, and a token that is there is not
 * looked at: what nobody checked must not end up in the catalog as somebody's name. Never throws for bad input.
 *
 * @param source the URL of the request with the token in its query, or the token itself
 */
export async function authorize(source: URL | string, config: Pick<Config, 'authorization'>): Promise<Authorization> {
  const { jwtSecret, algorithms } = config.authorization;
  if (jwtSecret === undefined) return { authorized: true, identity: NOBODY };

  const tokens = typeof source === 'string' ? [source] : source.searchParams.getAll(TOKEN_PARAMETER);
  const [token] = tokens;
  if (token === undefined || token === '') return refused('missing');
  if (tokens.length > 1 || token.length > LONGEST_TOKEN) return refused('malformed');
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(jwtSecret), {
      algorithms: [...algorithms],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    const claim = payload['rtcStats'];
    const identity = identityOf(claim);
    if (identity === undefined) return refused('claims');
    const preset = presetOf(claim);
    return preset === null ? refused('claims') : { authorized: true, identity, preset };
  } catch (error) {
    return refused(reasonOf(error));
  }
}

function refused(reason: RefusalReason): Authorization {
  return { authorized: false, reason };
}

/** `{user?, conference?, session?}`, texts or absent; other keys are the application's own. `undefined` if it is not that. */
function identityOf(claim: unknown): Identity | undefined {
  if (claim === undefined || claim === null) return NOBODY;
  if (typeof claim !== 'object' || Array.isArray(claim)) return undefined;
  const { user, conference, session } = claim as Record<string, unknown>;
  if (![user, conference, session].every(isIdentifier)) return undefined;
  const orNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  return { user: orNull(user), conference: orNull(conference), session: orNull(session) };
}

/**
 * The preset that the application asks for: `{privacy: "strict"}`. Null for one that there is not, since less would be done than was
 * asked for.
 */
function presetOf(claim: unknown): Preset | undefined | null {
  const asked = (claim as { readonly privacy?: unknown } | null | undefined)?.privacy;
  if (asked === undefined || asked === null) return undefined;
  return PRESETS.find((preset) => preset === asked) ?? null;
}

function isIdentifier(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'string' && value.length <= LONGEST_IDENTIFIER;
}

function reasonOf(error: unknown): RefusalReason {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf' && error.reason === 'check_failed') {
    return 'notYetValid';
  }
  return 'malformed';
}
