import { createHmac } from 'node:crypto';
import { UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { authorize } from './authorization.ts';

const secret = 'a secret of the application, long enough';
const config = createConfig({ authorization: { jwtSecret: secret } });
const now = Math.floor(Date.now() / 1000);

/** Signed by hand (RFC 7515, appendix A.1): a test that signed with the library under test would prove less. */
function token(payload: unknown, { alg = 'HS256', key = secret, hash = 'sha256' } = {}): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg, typ: 'JWT' })}.${part(payload)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}

describe('authorize', () => {
  it('takes user, conference and session from the token in the URL', async () => {
    const rtcStats = { user: 'u1', conference: 'c1', session: 's1', other: 1 };
    const url = new URL(`ws://gateway/some/page?x=1&rtcstats-token=${token({ rtcStats, exp: now + 60 })}`);
    expect(await authorize(url, config)).toEqual({
      authorized: true,
      identity: { user: 'u1', conference: 'c1', session: 's1' },
    });
  });

  it.each([
    ['no rtcStats at all', {}],
    ['an empty one', { rtcStats: {} }],
    ['empty texts and nulls', { rtcStats: { user: '', conference: null } }],
    ['an expiry within the clock tolerance', { exp: now - 20 }],
    ['a start within the clock tolerance', { nbf: now + 20 }],
  ])('accepts a token with %s', async (_, payload) => {
    expect(await authorize(token(payload), config)).toEqual({
      authorized: true,
      identity: { user: null, conference: null, session: null },
    });
  });

  it.each([
    ['missing', ''],
    ['malformed', 'abc'],
    ['malformed', 'a.b.c'],
    ['malformed', `${'a'.repeat(9000)}`],
    ['malformed', token([1])],
    ['malformed', token({ exp: 'tomorrow' })],
    ['signature', token({ exp: now + 60 }, { key: 'another secret' })],
    [
      'signature',
      `${token({ exp: now + 60 })
        .split('.')
        .slice(0, 2)
        .join('.')}.`,
    ],
    ['algorithm', token({ exp: now + 60 }, { alg: 'HS512', hash: 'sha512' })],
    ['algorithm', token({}, { alg: 'RS256' })],
    ['algorithm', new UnsecuredJWT({}).encode()],
    ['expired', token({ exp: now - 60 })],
    ['notYetValid', token({ nbf: now + 60 })],
    ['claims', token({ rtcStats: 'u1' })],
    ['claims', token({ rtcStats: ['u1'] })],
    ['claims', token({ rtcStats: { user: 'u1', privacy: 'paranoid' } })],
    ['claims', token({ rtcStats: { user: 17 } })],
    ['claims', token({ rtcStats: { conference: 'c'.repeat(513) } })],
  ])('refuses: %s (%#)', async (reason, source) => {
    expect(await authorize(source, config)).toEqual({ authorized: false, reason });
  });

  it('refuses a URL without a token, and one with two', async () => {
    expect(await authorize(new URL('ws://gateway/page'), config)).toEqual({ authorized: false, reason: 'missing' });
    const twice = `rtcstats-token=${token({})}`;
    const url = new URL(`ws://gateway/page?${twice}&${twice}`);
    expect(await authorize(url, config)).toEqual({ authorized: false, reason: 'malformed' });
  });

  it('accepts the algorithms that are configured, and only those', async () => {
    const other = createConfig({ authorization: { jwtSecret: secret, algorithms: ['HS512'] } });
    const long = token({}, { alg: 'HS512', hash: 'sha512' });
    expect(await authorize(long, other)).toMatchObject({ authorized: true });
    expect(await authorize(token({}), other)).toEqual({ authorized: false, reason: 'algorithm' });
  });

  it('lets everybody in without a secret and believes no token', async () => {
    expect(await authorize(token({ rtcStats: { user: 'somebody else' } }), createConfig())).toEqual({
      authorized: true,
      identity: { user: null, conference: null, session: null },
    });
  });
});
