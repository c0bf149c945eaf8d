import { MAX_IDENTIFIER_LENGTH, type SessionIdentity } from '@rtcstats-server/dump';

/** Query parameters with which clients identify their session. They are not signed. */
const PARAMETERS = { user: 'userId', conference: 'conferenceId', session: 'sessionId' } as const;

/** The identity that a client claims in the query of its URL. Raw: anonymize it before writing any of it. */
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
