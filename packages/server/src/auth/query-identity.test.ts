import { MAX_IDENTIFIER_LENGTH, NOBODY } from '@rtcstats-server/dump';
import { describe, expect, it } from 'vitest';
import { queryIdentity, requestIdentity } from './query-identity.ts';

const url = new URL('http://gateway/?userId=mallory&conferenceId=standup&sessionId=');

describe('the identity of a request', () => {
  it('prefers the signed fields of the token, and names them', () => {
    const identity = { user: 'anna', conference: null, session: null };
    expect(requestIdentity({ authorized: true, identity, preset: 'strict', forward: false }, url, true)).toEqual({
      user: 'anna',
      conference: 'standup',
      session: null,
      signed: ['user'],
      preset: 'strict',
      forward: false,
    });
  });

  it('is taken from the query if there is no token', () => {
    expect(requestIdentity({ authorized: true, identity: NOBODY }, url, true)).toEqual({
      user: 'mallory',
      conference: 'standup',
      session: null,
      signed: [],
      preset: null,
      forward: null,
    });
  });

  it('is taken from the token only if the query is not trusted', () => {
    const identity = { user: 'anna', conference: null, session: null };
    const { user, conference, signed } = requestIdentity({ authorized: true, identity }, url, false);
    expect({ user, conference, signed }).toEqual({ user: 'anna', conference: null, signed: ['user'] });
  });

  it('ignores identifiers that are too long, and URLs that cannot be parsed', () => {
    const long = new URL(`http://gateway/?userId=${'x'.repeat(MAX_IDENTIFIER_LENGTH + 1)}`);
    expect(queryIdentity(long)).toEqual(NOBODY);
    expect(queryIdentity('//')).toEqual(NOBODY);
  });
});
