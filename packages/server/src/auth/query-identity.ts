import {
  IDENTITY_FIELDS,
  type IdentityField,
  MAX_IDENTIFIER_LENGTH,
  NOBODY,
  type SessionIdentity,
} from '@rtcstats-server/dump';
import type { Preset } from '@rtcstats-server/privacy';
import type { Authorization } from './authorization.ts';

/** Query parameters with which clients identify their session. They are not signed. */
const PARAMETERS = { user: 'userId', conference: 'conferenceId', session: 'sessionId' } as const;

/** The identity that a client claims in the query of its URL. Raw: anonymize it before writing it anywhere. */
export function queryIdentity(url: URL | string): SessionIdentity {
  const value = (name: string): string | null => {
    const text = typeof url === 'string' ? null : url.searchParams.get(name);
    return text === '' || text === null || text.length > MAX_IDENTIFIER_LENGTH ? null : text;
  };
  return {
    user: value(PARAMETERS.user),
    conference: value(PARAMETERS.conference),
    session: value(PARAMETERS.session),
  };
}

/** Whom a session belongs to and how to treat it. Raw: anonymize the identity before writing it anywhere. */
export interface RequestIdentity extends SessionIdentity {
  /** The fields that the token of the application vouches for. */
  readonly signed: readonly IdentityField[];
  /** The preset that the application asks for. */
  readonly preset: Preset | null;
  /** Whether the application wants the dump to be forwarded; `null` if it does not say. */
  readonly forward: boolean | null;
}

/**
 * Combines the token of a request with its query. A field of the token takes precedence because it is signed.
 *
 * @param trustsQuery whether the fields of the query are used
 */
export function requestIdentity(
  { identity, preset, forward }: Extract<Authorization, { authorized: true }>,
  url: URL | string,
  trustsQuery: boolean,
): RequestIdentity {
  const claimed = trustsQuery ? queryIdentity(url) : NOBODY;
  return {
    user: identity.user ?? claimed.user,
    conference: identity.conference ?? claimed.conference,
    session: identity.session ?? claimed.session,
    signed: IDENTITY_FIELDS.filter((field) => identity[field] !== null),
    preset: preset ?? null,
    forward: forward ?? null,
  };
}
