import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { TOKEN_REFUSALS } from '../errors/token-refusals.ts';
import { Authorizer } from './authorization.ts';

const secret = 'a secret of the application, long enough';
const authorizer = new Authorizer(createConfig({ authorization: { jwtSecret: secret } }).authorization);
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
    expect(await authorizer.authorize(url)).toEqual({
      authorized: true,
      identity: { user: 'u1', conference: 'c1', session: 's1' },
    });
  });

  it.each(['HS256', 'HS384', 'HS512'])('accepts %s with a secret', async (alg) => {
    const hash = alg.replace('HS', 'sha');
    expect(await authorizer.authorize(token({ exp: now + 60 }, { alg, hash }))).toMatchObject({ authorized: true });
    const forged = token({ exp: now + 60 }, { alg, hash, key: 'another secret' });
    expect(await authorizer.authorize(forged)).toEqual({ authorized: false, reason: 'signature' });
  });

  it.each([
    [17, '17'],
    [0, '0'],
    [-3, '-3'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ])('takes the user number %d as its decimal text', async (user, text) => {
    expect(await authorizer.authorize(token({ rtcStats: { user } }))).toEqual({
      authorized: true,
      identity: { user: text, conference: null, session: null },
    });
  });

  it.each([
    ['no rtcStats at all', {}],
    ['an empty one', { rtcStats: {} }],
    ['empty texts and nulls', { rtcStats: { user: '', conference: null } }],
    ['an expiry within the clock tolerance', { exp: now - 20 }],
    ['a start within the clock tolerance', { nbf: now + 20 }],
  ])('accepts a token with %s', async (_, payload) => {
    expect(await authorizer.authorize(token(payload))).toEqual({
      authorized: true,
      identity: { user: null, conference: null, session: null },
    });
  });

  it.each([
    ['missing', ''],
    ['malformed', 'abc'],
    ['malformed', 'a.b.c'],
    ['oversized', `${'a'.repeat(9000)}`],
    ['oversized', token({ filler: 'f'.repeat(9000) })],
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
    ['algorithm', token({}, { alg: 'RS256' })],
    ['algorithm', new UnsecuredJWT({}).encode()],
    ['expired', token({ exp: now - 60 })],
    ['notYetValid', token({ nbf: now + 60 })],
    ['claims', token({ rtcStats: 'u1' })],
    ['claims', token({ rtcStats: ['u1'] })],
    ['claims', token({ rtcStats: { user: 'u1', privacy: 'paranoid' } })],
    ['claims', token({ rtcStats: { user: 2 ** 53 } })],
    ['claims', token({ rtcStats: { user: 1.5 } })],
    ['claims', token({ rtcStats: { conference: 17 } })],
    ['claims', token({ rtcStats: { forward: 'no' } })],
    ['claims', token({ rtcStats: { conference: 'c'.repeat(513) } })],
  ])('refuses: %s (%#)', async (reason, source) => {
    expect(await authorizer.authorize(source)).toEqual({ authorized: false, reason });
  });

  it('takes what the session is to be treated like', async () => {
    const rtcStats = { privacy: 'strict', forward: false };
    expect(await authorizer.authorize(token({ rtcStats }))).toMatchObject({ preset: 'strict', forward: false });
  });

  it('refuses for reasons that are documented', () => {
    const page = readFileSync(new URL('../../../../docs/authentication.md', import.meta.url), 'utf8');
    const rows = page.slice(page.indexOf('## Why a client was refused')).match(/^\|.*?\|/gm) ?? [];
    const documented = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(documented.filter((name) => name !== 'reason')).toEqual(TOKEN_REFUSALS);
  });

  it('accepts several secrets', async () => {
    const two = new Authorizer(
      createConfig({ authorization: { jwtSecret: ['the next secret', secret] } }).authorization,
    );
    expect(await two.authorize(token({}))).toMatchObject({ authorized: true });
    expect(await two.authorize(token({}, { key: 'the next secret' }))).toMatchObject({ authorized: true });
    expect(await two.authorize(token({}, { key: 'the last secret' }))).toMatchObject({ reason: 'signature' });
  });

  it('may let clients in that have no token, but none with a bad one', async () => {
    const optional = new Authorizer(
      createConfig({ authorization: { jwtSecret: secret, required: false } }).authorization,
    );
    for (const query of ['', '?rtcstats-token=']) {
      expect(await optional.authorize(new URL(`ws://gateway/page${query}`))).toMatchObject({ authorized: true });
    }
    expect(await optional.authorize(token({ rtcStats: { user: 'u1' } }))).toMatchObject({ identity: { user: 'u1' } });
    expect(await optional.authorize(token({}, { key: 'another' }))).toMatchObject({ reason: 'signature' });
    expect(await optional.authorize('abc')).toMatchObject({ reason: 'malformed' });
  });

  it('looks at issuer, audience and clock tolerance as configured', async () => {
    const authorization = {
      jwtSecret: secret,
      issuer: ['app', 'app-2'],
      audience: 'gateway',
      clockToleranceSeconds: 0,
    };
    const strict = new Authorizer(createConfig({ authorization }).authorization);
    const good = { iss: 'app-2', aud: ['other', 'gateway'] };
    expect(await strict.authorize(token(good))).toMatchObject({ authorized: true });
    expect(await strict.authorize(token({ ...good, iss: 'else' }))).toMatchObject({ reason: 'issuer' });
    expect(await strict.authorize(token({ aud: 'gateway' }))).toMatchObject({ reason: 'issuer' });
    expect(await strict.authorize(token({ ...good, aud: 'else' }))).toMatchObject({ reason: 'audience' });
    expect(await strict.authorize(token({ iss: 'app' }))).toMatchObject({ reason: 'audience' });
    expect(await strict.authorize(token({ ...good, exp: now - 5 }))).toMatchObject({ reason: 'expired' });
  });

  it('requires an expiry, and limits the lifetime, as configured', async () => {
    const limited = (settings: object): Authorizer =>
      new Authorizer(createConfig({ authorization: { jwtSecret: secret, ...settings } }).authorization);
    const required = limited({ requireExpiry: true });
    expect(await required.authorize(token({}))).toEqual({ authorized: false, reason: 'noExpiry' });
    expect(await required.authorize(token({ exp: now + 1e9 }))).toMatchObject({ authorized: true });

    const short = limited({ maxLifetimeSeconds: 600, clockToleranceSeconds: 10 });
    expect(await short.authorize(token({}))).toMatchObject({ reason: 'noExpiry' });
    for (const accepted of [{ exp: now + 600 }, { iat: now - 300, exp: now + 300 }]) {
      expect(await short.authorize(token(accepted))).toMatchObject({ authorized: true });
    }
    for (const tooLong of [
      { exp: now + 700 },
      { iat: now - 400, exp: now + 300 },
      { iat: now + 5000, exp: now + 5300 },
    ]) {
      expect(await short.authorize(token(tooLong))).toMatchObject({ reason: 'lifetime' });
    }
    const open = limited({ maxLifetimeSeconds: 600, required: false });
    expect(await open.authorize(new URL('ws://gateway/page'))).toMatchObject({ authorized: true });
  });

  it('refuses a URL without a token, and one with two', async () => {
    expect(await authorizer.authorize(new URL('ws://gateway/page'))).toEqual({ authorized: false, reason: 'missing' });
    const twice = `rtcstats-token=${token({})}`;
    const url = new URL(`ws://gateway/page?${twice}&${twice}`);
    expect(await authorizer.authorize(url)).toEqual({ authorized: false, reason: 'malformed' });
  });

  it('accepts the algorithms that are configured, and only those', async () => {
    const other = createConfig({ authorization: { jwtSecret: secret, algorithms: ['HS512'] } });
    const long = token({}, { alg: 'HS512', hash: 'sha512' });
    expect(await new Authorizer(other.authorization).authorize(long)).toMatchObject({ authorized: true });
    expect(await new Authorizer(other.authorization).authorize(token({}))).toEqual({
      authorized: false,
      reason: 'algorithm',
    });
  });

  it('lets everybody in without a secret and believes no token', async () => {
    expect(
      await new Authorizer(createConfig().authorization).authorize(token({ rtcStats: { user: 'somebody else' } })),
    ).toEqual({
      authorized: true,
      identity: { user: null, conference: null, session: null },
    });
  });
});
