import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { closeCode, connect, sendSession } from '@rtcstats-server/testing/client';
import { readDump, scratchDirectory, startServer, storedDumps } from '@rtcstats-server/testing/server';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it, onTestFinished } from 'vitest';

const CONFERENCE = '6b1f0d1c-52b0-4a4f-9f0e-1f6f2c0a7a55';
const SECRET = 'a secret of the application, long enough';

function token(secret: string, claims: Readonly<Record<string, unknown>>): Promise<string> {
  return new SignJWT({ rtcStats: claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(secret));
}

it('accepts tokens signed with a key from the JWKS URL, even while that is unavailable', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k-1' }];
  let isAvailable = true;
  let requests = 0;
  const identityProvider = createServer((_, response) => {
    requests++;
    if (isAvailable) response.end(JSON.stringify({ keys }));
    else response.destroy();
  });
  identityProvider.listen(0, '127.0.0.1');
  await once(identityProvider, 'listening');
  onTestFinished(() => {
    identityProvider.closeAllConnections();
    identityProvider.close();
  });
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data, {
    RTCSTATS_AUTHORIZATION_JWKS_URL: `http://127.0.0.1:${(identityProvider.address() as AddressInfo).port}/`,
    RTCSTATS_AUTHORIZATION_ISSUER: 'the application',
  });
  const sign = (kid: string): Promise<string> =>
    new SignJWT({ rtcStats: { conference: CONFERENCE } })
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuer('the application')
      .sign(privateKey);
  await sendSession(`${server.url}/?rtcstats-token=${await sign('k-1')}`, ['[":one",null,0,1]']);
  isAvailable = false;
  expect(await closeCode(await connect(`${server.url}/?rtcstats-token=${await sign('k-2')}`))).toBe(1008);
  await sendSession(`${server.url}/?rtcstats-token=${await sign('k-1')}`, ['[":two",null,0,1]']);
  await server.logged('session finished', 2);
  expect(requests).toBe(1);
  expect(server.entries('client refused: not authorized')).toMatchObject([{ reason: 'unknownKey' }]);
  expect(await server.kill('SIGTERM')).toBe(0);
});

it('accepts only clients with a valid token of the application', async () => {
  const data = join(await scratchDirectory(), 'data');
  const server = await startServer(data, { RTCSTATS_AUTHORIZATION_JWT_SECRET: SECRET });
  const good = await token(SECRET, { user: 'u-1', conference: CONFERENCE, session: 's-1' });
  const forged = await token('another secret of the same length....', { user: 'u-2' });

  for (const query of ['', '?rtcstats-token=', '?rtcstats-token=nonsense', `?rtcstats-token=${forged}`]) {
    const socket = await connect(`${server.url}/room${query}`);
    expect(socket.protocol).toBe('rtcstats#5.0');
    socket.send('[":refused",null,0,1]');
    expect(await closeCode(socket)).toBe(1008);
  }
  await sendSession(`${server.url}/room?a=1&rtcstats-token=${good}&b=2`, ['[":taken",null,0,1]']);
  await server.logged('session finished');

  const answer = await fetch(`${server.api}/api/sessions?conference=${CONFERENCE}`);
  const { sessions } = (await answer.json()) as { sessions: object[] };
  expect(sessions).toEqual([
    expect.objectContaining({
      user: expect.stringMatching(/^user-[0-9a-f]{10}$/),
      conference: CONFERENCE,
      session: expect.stringMatching(/^session-[0-9a-f]{10}$/),
      signed: ['user', 'conference', 'session'],
      messages: 1,
    }),
  ]);
  expect(await server.kill('SIGTERM')).toBe(0);

  const dumps = await storedDumps(data);
  expect(dumps).toHaveLength(1);
  const lines = await readDump(dumps[0]!);
  expect(JSON.parse(lines[1]!)).toMatchObject({ url: expect.stringMatching(/^\/path-[0-9a-f]{10}$/) });

  expect(server.entries('client refused: not authorized').map(({ reason }) => reason)).toEqual([
    'missing',
    'missing',
    'malformed',
    'signature',
  ]);
  const signatures = [good, forged].map((jwt) => jwt.split('.')[2]!);
  const texts = [server.output, lines.join('\n')];
  for (const name of await readdir(data, { recursive: true })) {
    const path = join(data, name);
    if ((await stat(path)).isFile()) texts.push((await readFile(path)).toString('latin1'));
  }
  for (const text of texts) for (const signature of signatures) expect(text).not.toContain(signature);
});
