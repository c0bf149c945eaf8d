import { createPrivateKey, createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { makeKeyFile, readKeyFile } from '../keys/key-file.ts';
import { type NoteSigner, noteKey, rawPublicKey } from './signed-note.ts';

/** The header of an Ed25519 private key in PKCS #8, before its 32 bytes (RFC 8410, section 7). */
const PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The file of the key that signs checkpoints. */
export function signingKeyFile(dataDirectory: string): string {
  return join(dataDirectory, 'keys', 'audit.key');
}

/**
 * The key that signs checkpoints, from the data directory: 32 random bytes, an Ed25519 private key (RFC 8032). Gateways
 * that share a catalog have one each.
 *
 * @param origin the name of the log, which is the name of the key as well
 * @param options.create creates a missing key, which only a gateway that has locked the data directory may do
 * @returns undefined if it is missing and not created
 * @throws GatewayError KEY_UNUSABLE
 */
export function openSigningKey(
  dataDirectory: string,
  origin: string,
  options: { readonly create: boolean },
): NoteSigner | undefined {
  const path = signingKeyFile(dataDirectory);
  const seed = readKeyFile(path) ?? (options.create ? makeKeyFile(path) : undefined);
  if (seed === undefined) return undefined;
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_HEADER, seed]), format: 'der', type: 'pkcs8' });
  return { ...noteKey(origin, rawPublicKey(createPublicKey(privateKey))), privateKey };
}
