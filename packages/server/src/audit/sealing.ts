import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const CONTENT_KEY_BYTES = 32;

/**
 * Encrypts a text with AES-256-GCM under a random nonce (NIST SP 800-38D).
 *
 * @param context authenticated with it, so that a sealed text cannot be moved to another place
 * @returns nonce, encrypted text and tag, in Base64
 */
export function seal(text: string, key: Uint8Array, context: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** The text, or undefined if it was sealed with another key or for another place. */
export function unseal(sealed: string, key: Uint8Array, context: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

export function randomKey(): Uint8Array {
  return randomBytes(CONTENT_KEY_BYTES);
}

/** Splits a key so that all of the shares are needed to put it together (one-time pad). */
export function splitKey(key: Uint8Array, shares: number): Uint8Array[] {
  const random = Array.from({ length: shares - 1 }, randomKey);
  return [...random, joinKey([key, ...random])];
}

export function joinKey(shares: readonly Uint8Array[]): Uint8Array {
  const key = new Uint8Array(CONTENT_KEY_BYTES);
  for (const share of shares) for (const [index, byte] of share.entries()) key[index]! ^= byte;
  return key;
}
