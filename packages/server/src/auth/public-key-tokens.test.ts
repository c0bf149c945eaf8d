import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { createConfig } from '../config/config.ts';
import { Authorizer } from './authorization.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const otherEc = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');

const directory = mkdtempSync(join(tmpdir(), 'public-keys-'));
afterAll(() => rmSync(directory, { recursive: true }));

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;
const jwkOf = (key: KeyObject, more: object = {}): string =>
  JSON.stringify({ ...key.export({ format: 'jwk' }), ...more });

function file(name: string, content: string): string {
  writeFileSync(join(directory, name), content);
  return name;
}

const authorizer = (authorization: Record<string, unknown>): Authorizer =>
  new Authorizer(createConfig({ authorization }, directory).authorization);

function signed(alg: string, key: KeyObject, kid?: string): Promise<string> {
  return new SignJWT({ rtcStats: { user: 'u1' } })
    .setProtectedHeader({ alg, ...(kid && { kid }) })
    .setExpirationTime('10m')
    .sign(key);
}

describe('a public key', () => {
  it.each([
    ['RS256', 'PEM text', pemOf(rsa.publicKey), rsa.privateKey],
    ['ES256', 'PEM text in one line', pemOf(ec.publicKey).replaceAll('\n', '\\n'), ec.privateKey],
    ['EdDSA', 'JWK text', jwkOf(ed.publicKey), ed.privateKey],
    ['Ed25519', 'JWK text', jwkOf(ed.publicKey), ed.privateKey],
    ['RS256', 'a PEM file', file('rsa.pem', pemOf(rsa.publicKey)), rsa.privateKey],
    ['ES256', 'a JWK file', file('ec.json', jwkOf(ec.publicKey)), ec.privateKey],
    [
      'ES256',
      'a JWK Set',
      file('set.json', `{"keys":[${jwkOf(rsa.publicKey)},${jwkOf(ec.publicKey)}]}`),
      ec.privateKey,
    ],
    ['ES256', 'two PEM blocks', pemOf(otherEc.publicKey) + pemOf(ec.publicKey), ec.privateKey],
  ])('verifies %s with %s', async (alg, _, publicKey, privateKey) => {
    expect(await authorizer({ publicKey }).authorize(await signed(alg, privateKey))).toMatchObject({
      authorized: true,
      identity: { user: 'u1' },
    });
  });

  it('verifies other algorithms only where they are configured', async () => {
    const token = await signed('PS384', rsa.privateKey);
    const publicKey = pemOf(rsa.publicKey);
    expect(await authorizer({ publicKey }).authorize(token)).toMatchObject({ reason: 'algorithm' });
    expect(await authorizer({ publicKey, algorithms: ['PS384'] }).authorize(token)).toMatchObject({ authorized: true });
  });

  it('is chosen by the name of the key and by what it can do', async () => {
    const publicKey = [jwkOf(ec.publicKey, { kid: 'new' }), jwkOf(otherEc.publicKey, { kid: 'old' })];
    const gate = authorizer({ publicKey });
    expect(await gate.authorize(await signed('ES256', otherEc.privateKey, 'old'))).toMatchObject({ authorized: true });
    expect(await gate.authorize(await signed('ES256', otherEc.privateKey))).toMatchObject({ authorized: true });
    expect(await gate.authorize(await signed('ES256', otherEc.privateKey, 'new'))).toMatchObject({
      reason: 'signature',
    });
    expect(await gate.authorize(await signed('ES256', ec.privateKey, 'none'))).toMatchObject({ reason: 'unknownKey' });
    expect(await gate.authorize(await signed('RS256', rsa.privateKey))).toMatchObject({ reason: 'unknownKey' });
  });

  it('is never used as an HMAC secret, whatever the token says', async () => {
    const pem = pemOf(rsa.publicKey);
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = `${part({ alg: 'HS256' })}.${part({ rtcStats: { user: 'admin' } })}`;
    const confused = `${body}.${createHmac('sha256', pem).update(body).digest('base64url')}`;
    expect(await authorizer({ publicKey: pem }).authorize(confused)).toMatchObject({ reason: 'algorithm' });
    const both = authorizer({ publicKey: pem, jwtSecret: 'a secret of the application, long enough' });
    expect(await both.authorize(confused)).toMatchObject({ reason: 'signature' });
    const lax = authorizer({ publicKey: pem, algorithms: ['RS256', 'HS256'] });
    expect(await lax.authorize(confused)).toMatchObject({ reason: 'algorithm' });
    // A key that comes along with the token (RFC 7515, 4.1.3) proves nothing.
    const own = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', jwk: JSON.parse(jwkOf(ec.publicKey)) as object })
      .sign(ec.privateKey);
    expect(await authorizer({ publicKey: pemOf(otherEc.publicKey) }).authorize(own)).toMatchObject({
      reason: 'signature',
    });
  });
});

describe('an unusable public key', () => {
  const privatePem = ec.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const k256 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey;

  it.each([
    ['a private key', privatePem, 'private'],
    ['a private JWK', jwkOf(ec.privateKey), 'private'],
    ['a short RSA key', pemOf(weak), '2048 bits'],
    ['another curve', pemOf(k256), 'curve'],
    ['a key of encryption', jwkOf(ec.publicKey, { use: 'enc' }), 'signatures'],
    ['a secret', '{"kty":"oct","k":"c2VjcmV0"}', 'neither PEM nor JWK'],
    ['an empty set', '{"keys":[]}', 'no keys'],
    ['broken PEM', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', 'neither PEM nor JWK'],
    ['broken JSON', '{"kty":', 'neither PEM nor JWK'],
  ])('%s is refused at the start, not shown', (name, text, problem) => {
    const secretPart = text.slice(20, 60);
    for (const publicKey of [text, file(`${name}.key`, text)]) {
      let message = '';
      try {
        authorizer({ publicKey });
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message).toContain('authorization.publicKey');
      expect(message).toContain(problem);
      if (secretPart.length > 20) expect(message).not.toContain(secretPart);
    }
  });

  it('a file that is not there is named', () => {
    expect(() => authorizer({ publicKey: 'missing.pem' })).toThrow(/missing\.pem cannot be read \(ENOENT\)/);
  });
});
