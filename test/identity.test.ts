import { join } from 'node:path';
import { sendSession } from '@rtcstats-server/testing/client';
import { readDump, scratchDirectory, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { SignJWT } from 'jose';
import { expect, it } from 'vitest';

const SECRET = 'a secret of the application, long enough';
const PSEUDONYM = (kind: string) => expect.stringMatching(new RegExp(`^${kind}-[0-9a-f]{10}$`));

interface Row {
  readonly user: string | null;
  readonly conference: string | null;
  readonly session: string | null;
  readonly signed: readonly string[];
  readonly receipt: { readonly policy: string };
}

async function rows(api: string): Promise<Row[]> {
  return ((await (await fetch(`${api}/api/sessions`)).json()) as { sessions: Row[] }).sessions;
}

it('takes an unsigned identity from the URL or an event of the client, and stores only pseudonyms', async () => {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data);
  await sendSession(`${server.url}/?userId=anna&conferenceId=standup`, [
    '["identity",null,{"user":"bert","session":"s"},1]',
  ]);
  await server.logged('session finished');
  await sendSession(server.url, ['[":first",null,1,1]', '["identity",null,{"user":"anna"},1]']);
  await server.logged('session finished', 2);

  const [byEvent, byUrl] = await rows(server.api);
  expect(byUrl).toMatchObject({
    user: PSEUDONYM('user'),
    conference: PSEUDONYM('conference'),
    session: PSEUDONYM('session'),
    signed: [],
  });
  expect(byEvent).toMatchObject({ conference: null, session: null, signed: [] });
  // The same user, whether named in the URL or in an event.
  expect(byEvent?.user).toBe(byUrl?.user);
  expect(await server.kill('SIGTERM')).toBe(0);
  for (const dump of await storedDumps(data)) {
    const text = (await readDump(dump)).join('\n');
    expect(text).not.toMatch(/anna|bert|standup/);
    expect(text).toMatch(/"privacy":\{"policy":"standard","hash":"[0-9a-f]{16}","engine":"[^"]+","keyId":"e\d+"\}/);
  }
});

it('prefers the identity in the token, which may also request a stricter policy', async () => {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data, { RTCSTATS_AUTHORIZATION_JWT_SECRET: SECRET });
  const token = (claims: object): Promise<string> =>
    new SignJWT({ rtcStats: claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('10m')
      .sign(new TextEncoder().encode(SECRET));

  const lax = await token({ user: 'anna', privacy: 'compatible' });
  await sendSession(`${server.url}/?userId=bert&sessionId=s&rtcstats-token=${lax}`, [
    '["publicIP",null,["203.0.113.7"],1]',
  ]);
  await server.logged('session finished');
  const strict = await token({ user: 'anna', privacy: 'strict' });
  await sendSession(`${server.url}/?rtcstats-token=${strict}`, ['["publicIP",null,["203.0.113.7"],1]']);
  await server.logged('session finished', 2);

  const [second, first] = await rows(server.api);
  expect(first).toMatchObject({ user: PSEUDONYM('user'), session: PSEUDONYM('session'), signed: ['user'] });
  expect(first?.receipt.policy).toMatch(/^standard@/);
  expect(second).toMatchObject({ user: first?.user, signed: ['user'], receipt: { verified: true, findings: 0 } });
  expect(second?.receipt.policy).toMatch(/^strict@/);
  expect(await server.kill('SIGTERM')).toBe(0);
  const texts = await Promise.all((await storedDumps(data)).map(async (dump) => (await readDump(dump)).join('\n')));
  expect(
    texts.map((text) => /"([\dx]+(?:\.[\dx]+){3})"/.exec(text.slice(text.indexOf('publicIP')))?.[1]).sort(),
  ).toEqual(['203.0.113.x', 'x.x.x.x']);
});

it('takes no names from the URL or an event where only tokens are trusted', async () => {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data, { RTCSTATS_AUTHORIZATION_TRUST_QUERY_IDENTITY: 'false' });
  await sendSession(`${server.url}/?userId=anna&conferenceId=standup`, [
    '[":first",null,1,1]',
    '["identity",null,{"user":"bert"},1]',
  ]);
  await server.logged('session finished');
  expect(await rows(server.api)).toMatchObject([{ user: null, conference: null, session: null, signed: [] }]);
});
