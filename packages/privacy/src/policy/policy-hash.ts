import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Policy } from './policy.ts';

/** Hex digits of a policy's hash: it tells policies apart, it protects nothing. */
const DIGITS = 16;

/**
 * Tells one policy from another: the beginning of SHA-256 over its canonical JSON (keys in order; lists whose order means nothing sorted).
 * The preset it started from is left out, so that the same rules have the same hash however they are written down.
 */
export function policyHash(policy: Policy): string {
  const { preset: _, ...rules } = policy;
  const text = canonical({
    ...rules,
    keepSegments: policy.keepSegments.toSorted(),
    ipAddresses: { ...policy.ipAddresses, keepNetworks: policy.ipAddresses.keepNetworks.toSorted() },
  });
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, DIGITS);
}

/** The policy as receipts name it: `standard@3f9a2c81d0e4b756`. */
export function policyName(policy: Policy): string {
  return `${policy.preset}@${policyHash(policy)}`;
}

/** JSON text with the keys of every object in the order of their UTF-16 units, as RFC 8785 has it. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}
