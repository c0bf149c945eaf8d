import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { Authorizer } from './authorization.ts';
import type { RemoteKeysOptions } from './remote-keys.ts';

const first = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const second = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** How the server of the keys answers. */
let answer: (response: ServerResponse) => void;
let server: Server;
let requests: number;
let failures: string[];

function keySet(...keys: readonly (readonly [KeyObject, string])[]): (response: ServerResponse) => void {
  const set = { keys: keys.map(([key, kid]) => ({ ...key.export({ format: 'jwk' }), kid })) };
  return (response) => response.end(JSON.stringify(set));
}

beforeEach(async () => {
  requests = 0;
  failures = [];
  server = createServer((_, response) => {
    requests++;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function authorizer(options: RemoteKeysOptions = {}): Authorizer {
  const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  return new Authorizer(createConfig({ authorization: { jwksUrl } }).authorization, {
    failed: (reason) => failures.push(reason),
    ...options,
  });
}

function signed(alg: string, key: KeyObject, kid?: string): Promise<string> {
  return new SignJWT({ rtcStats: { user: 'u1' } }).setProtectedHeader({ alg, ...(kid && { kid }) }).sign(key);
}

it('are fetched once for all tokens', async () => {
  answer = keySet([first.publicKey, 'a'], [second.publicKey, 'b']);
  const gate = authorizer();
  const tokens = [
    await signed('ES256', first.privateKey, 'a'),
    await signed('RS256', second.privateKey, 'b'),
    await signed('ES256', first.privateKey),
  ];
  const results = await Promise.all([...tokens, ...tokens].map((token) => gate.authorize(token)));
  expect(results.map(({ authorized }) => authorized)).toEqual(Array(6).fill(true));
  expect(requests).toBe(1);
});

it('are all tried where the token does not say which', async () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  answer = keySet([other.publicKey, 'x'], [first.publicKey, 'a']);
  expect(await authorizer().authorize(await signed('ES256', first.privateKey))).toMatchObject({ authorized: true });
});

it('are fetched again for a key that is not known, but not for every token that names one', async () => {
  answer = keySet([first.publicKey, 'a']);
  const gate = authorizer({ cooldown: 0 });
  await gate.prepare();
  answer = keySet([first.publicKey, 'a'], [second.publicKey, 'b']);
  expect(await gate.authorize(await signed('RS256', second.privateKey, 'b'))).toMatchObject({ authorized: true });
  expect(requests).toBe(2);

  const cooling = authorizer();
  for (const kid of ['x', 'y', 'z']) {
    expect(await cooling.authorize(await signed('ES256', first.privateKey, kid))).toMatchObject({
      reason: 'unknownKey',
    });
  }
  expect(requests).toBe(3);
});

it('are forgotten when the URL no longer has them', async () => {
  answer = keySet([first.publicKey, 'a']);
  const gate = authorizer({ maxAge: 0, cooldown: 0 });
  const token = await signed('ES256', first.privateKey, 'a');
  expect(await gate.authorize(token)).toMatchObject({ authorized: true });
  answer = keySet([second.publicKey, 'b']);
  expect(await gate.authorize(token)).toMatchObject({ reason: 'unknownKey' });
});

it.each([
  ['is gone', (response: ServerResponse) => response.destroy(), 'UND_ERR_SOCKET'],
  ['fails', (response: ServerResponse) => response.writeHead(503).end('{"keys":[]}'), 'status 503'],
  ['answers with something else', (response: ServerResponse) => response.end('<html>secret'), 'not a JWK Set'],
  ['answers with other JSON', (response: ServerResponse) => response.end('{"keys":{}}'), 'not a JWK Set'],
  ['leads elsewhere', (response: ServerResponse) => response.writeHead(302, { location: '/x' }).end(), 'TypeError'],
  [
    'does not stop',
    (response: ServerResponse) => response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`),
    'not a JWK Set',
  ],
  ['does not answer', () => {}, 'TimeoutError'],
])('are kept while their server %s', async (_, broken, reason) => {
  answer = keySet([first.publicKey, 'a']);
  const gate = authorizer({ maxAge: 0, cooldown: 0, timeout: 200 });
  const token = await signed('ES256', first.privateKey, 'a');
  expect(await gate.authorize(token)).toMatchObject({ authorized: true });
  answer = broken;
  expect(await gate.authorize(token)).toMatchObject({ authorized: true });
  expect(failures).toEqual([reason]);
  answer = keySet([first.publicKey, 'a']);
  expect(await gate.authorize(token)).toMatchObject({ authorized: true });
  expect(failures).toHaveLength(1);
});

it('refuse with a reason of its own when there was never an answer, and recover', async () => {
  answer = (response) => response.destroy();
  const gate = authorizer({ cooldown: 0 });
  const token = await signed('ES256', first.privateKey, 'a');
  expect(await gate.authorize(token)).toMatchObject({ reason: 'keysUnavailable' });
  answer = keySet([first.publicKey, 'a']);
  expect(await gate.authorize(token)).toMatchObject({ authorized: true });
});

it('are no secrets', async () => {
  answer = (response) => response.end('{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"a","alg":"HS256"}]}');
  const secret = Buffer.from('secret');
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'HS256', kid: 'a' }).sign(secret);
  expect(await authorizer().authorize(token)).toMatchObject({ reason: 'algorithm' });
});

it.each(['http://keys.example.com/', 'ftp://localhost/', 'https://user:secret@keys.example.com/', 'keys'])(
  'are not fetched from %s',
  (jwksUrl) => {
    expect(() => createConfig({ authorization: { jwksUrl } })).toThrow(/authorization\.jwksUrl/);
  },
);
