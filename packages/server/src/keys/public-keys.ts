import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GatewayError } from '../errors/gateway-error.ts';

/** A key for verifying the signatures of tokens. */
export interface PublicKey {
  readonly key: KeyObject;
  /** The key id (`kid`, RFC 7517, 4.5), if it has one. */
  readonly kid: string | undefined;
  /** The algorithms it may be used with (RFC 7518, 3.1; RFC 8037; RFC 9864). */
  readonly algorithms: readonly string[];
}

export const PUBLIC_KEY_ALLOWED =
  'a public key as PEM or JWK text or the path of a file with it, or a list of them; RSA of at least 2048 bits, P-256, P-384, P-521 or Ed25519';

/** RFC 7518, 3.3. */
const MIN_MODULUS = 2048;
const CURVES: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
const PSS = ['PS256', 'PS384', 'PS512'];
const PEM_BLOCK = /-----BEGIN ([A-Z ]+)-----[^-]*-----END \1-----/g;

/** Whether the setting is the key itself and not the path of a file. */
function isInline(text: string): boolean {
  return /^\s*(\{|-----BEGIN )/.test(text);
}

/** The problem with a key in the setting itself. Never quotes the key, which may be a private one by mistake. */
export function inlineKeyProblem(text: string): string | undefined {
  try {
    if (isInline(text)) parsePublicKeys(text);
    return undefined;
  } catch (error) {
    return problemOf(error);
  }
}

/** Makes a path absolute; a key is returned unchanged. */
export function resolvePublicKey(text: string, cwd: string): string {
  return isInline(text) ? text : resolve(cwd, text);
}

/** Reads the keys of `authorization.publicKey`. @throws GatewayError CONFIG_INVALID, which never quotes a key */
export function readPublicKeys(settings: readonly string[]): PublicKey[] {
  return settings.flatMap((setting) => {
    if (isInline(setting)) return parsePublicKeys(setting);
    let text: string;
    try {
      text = readFileSync(setting, 'utf8');
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw new GatewayError('CONFIG_INVALID', `authorization.publicKey: ${setting} cannot be read (${code})`, {
        todo: 'Check that the file exists and that this user may read it.',
      });
    }
    try {
      return parsePublicKeys(text);
    } catch (error) {
      const message = `authorization.publicKey: ${setting} holds no usable public key: ${problemOf(error)}`;
      throw new GatewayError('CONFIG_INVALID', message);
    }
  });
}

class KeyProblem extends Error {}

function problemOf(error: unknown): string {
  return error instanceof KeyProblem ? error.message : 'it is neither PEM nor JWK';
}

/** The keys in PEM blocks, a JWK or a JWK Set. Throws for anything else; the message names no value. */
function parsePublicKeys(text: string): PublicKey[] {
  // Environment variables often hold a PEM on one line.
  const blocks = text.replaceAll('\\n', '\n').match(PEM_BLOCK);
  if (blocks !== null) return blocks.map(fromPem);
  const value = JSON.parse(text) as { readonly keys?: unknown };
  const keys = Array.isArray(value.keys) ? (value.keys as unknown[]) : [value];
  if (keys.length === 0) throw new KeyProblem('the set has no keys');
  return keys.map((key) => fromJwk(key as Record<string, unknown>));
}

function fromPem(block: string): PublicKey {
  // Node would derive the public key, but a verifier must not hold a key that can sign.
  if (block.includes('PRIVATE KEY')) throw new KeyProblem('it is a private key; give the public one');
  return described(createPublicKey(block), undefined, undefined);
}

function fromJwk(jwk: Record<string, unknown>): PublicKey {
  if ('d' in jwk) throw new KeyProblem('it is a private key; give the public one');
  if (jwk['use'] !== undefined && jwk['use'] !== 'sig') throw new KeyProblem('it is not for signatures');
  const { kid, alg } = jwk;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return described(key, typeof kid === 'string' ? kid : undefined, typeof alg === 'string' ? alg : undefined);
}

function described(key: KeyObject, kid: string | undefined, only: string | undefined): PublicKey {
  const possible = algorithmsOf(key);
  const algorithms = only === undefined ? possible : possible.filter((name) => name === only);
  if (algorithms.length === 0)
    throw new KeyProblem('its type, curve or algorithm is not one that tokens are signed with');
  return { key, kid, algorithms };
}

function algorithmsOf(key: KeyObject): readonly string[] {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss': {
      if (modulusLength < MIN_MODULUS) throw new KeyProblem(`it has less than ${MIN_MODULUS} bits`);
      return key.asymmetricKeyType === 'rsa' ? ['RS256', 'RS384', 'RS512', ...PSS] : PSS;
    }
    case 'ec':
      return [CURVES[namedCurve] ?? []].flat();
    case 'ed25519':
      return ['EdDSA', 'Ed25519'];
    default:
      return [];
  }
}
