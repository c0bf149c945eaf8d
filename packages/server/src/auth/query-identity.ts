import { type Identity, MAX_IDENTIFIER_LENGTH } from './token-claims.ts';

/** What clients name their session by in the URL of the socket. Nobody signed it. */
const PARAMETERS = { user: 'userId', conference: 'conferenceId', session: 'sessionId' } as const;

/** Who a client says it is, by the query of its URL. Raw: anonymize before writing any of it. */
export function queryIdentity(url: URL | string): Identity {
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
