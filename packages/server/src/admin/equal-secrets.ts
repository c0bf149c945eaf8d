import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares hashes in constant time, so that the duration reveals neither the content nor the length of the secret. */
export function equalSecrets(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
