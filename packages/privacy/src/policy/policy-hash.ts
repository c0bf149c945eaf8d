import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { derivesFacts, type Policy } from './policy.ts';

/** Hex digits of a policy's hash. It only distinguishes policies and protects nothing, so 64 bits are enough. */
const DIGITS = 16;

/**
 * Identifies a policy: the first 16 hex digits of SHA-256 over its canonical JSON (sorted keys; lists sorted if their
 * order has no meaning). The name of the preset is left out, so that the same rules have the same hash however they are
 * written.
 */
export function policyHash(policy: Policy): string {
  const { preset: _, keepFields, keepLabels, keepUsbIds, derive, ...rules } = policy;
  const text = canonical({
    ...rules,
    // Left out if empty, so that policies that existed before the setting keep their hashes.
    ...(keepFields.length > 0 && { keepFields: keepFields.toSorted() }),
    keepSegments: policy.keepSegments.toSorted(),
    // Left out if empty, so that policies from before this setting keep their hash.
    ...(keepLabels.length > 0 && { keepLabels: keepLabels.toSorted() }),
    // Left out if it has no effect, for the same reason.
    ...(keepUsbIds && policy.classes.deviceNames === 'pseudonymize' && { keepUsbIds }),
    ...(derivesFacts(policy) && { derive }),
    ipAddresses: { ...policy.ipAddresses, keepNetworks: policy.ipAddresses.keepNetworks.toSorted() },
  });
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, DIGITS);
}

/** The policy as named in receipts: `standard@3f9a2c81d0e4b756`. */
export function policyName(policy: Policy): string {
  return `${policy.preset}@${policyHash(policy)}`;
}

/** JSON text with the keys of each object sorted by UTF-16 code units, as in RFC 8785. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}
