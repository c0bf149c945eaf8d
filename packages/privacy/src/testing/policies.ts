import { Anonymizer } from '../anonymizer/anonymizer.ts';
import { compilePolicy } from '../anonymizer/compiled-policy.ts';
import { DATA_CLASSES, type IpAddressPolicy, type Policy, presetPolicy } from '../policy/policy.ts';

/**
 * A policy that keeps everything except IP addresses and derives nothing, so that their tests do not depend on other
 * classes.
 */
export function onlyIpAddresses(options: Partial<IpAddressPolicy> = {}): Policy {
  const standard = presetPolicy('standard');
  return {
    ...standard,
    ipAddresses: { ...standard.ipAddresses, ...options },
    derive: { addressClass: false, networkGroup: false, addressGroup: false },
    classes: Object.fromEntries(DATA_CLASSES.map((name) => [name, 'keep'])) as Policy['classes'],
  };
}

const COMPILED = compilePolicy(onlyIpAddresses());

/** For sessions whose results are compared: the same values have the same replacement. */
export const SESSION_KEY = new Uint8Array(32).fill(1);

/** An anonymizer for IP addresses, for one session. */
export function addressAnonymizer(options?: Partial<IpAddressPolicy>): Anonymizer {
  return new Anonymizer(options === undefined ? COMPILED : compilePolicy(onlyIpAddresses(options)), {
    sessionKey: SESSION_KEY,
  });
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function bytesOf(text: string): Uint8Array {
  return ENCODER.encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/** Anonymizes one message. Returns the line to store, or null. */
export function anonymized(line: string, anonymizer: Anonymizer = addressAnonymizer()): string | null {
  const clean = anonymizer.message(bytesOf(line));
  return clean === null ? null : textOf(clean);
}
