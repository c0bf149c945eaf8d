import { expect, it } from 'vitest';
import { Anonymizer, compilePolicy } from '../anonymizer/anonymizer.ts';
import { presetPolicy } from '../policy/policy.ts';
import { anonymized } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';

const FINGERPRINT = Array.from({ length: 32 }, (_, i) => (i * 7 + 16).toString(16).toUpperCase().padStart(2, '0')).join(
  ':',
);
const SHORT = FINGERPRINT.slice(0, 20 * 3 - 1);
const CERTIFICATE = 'MIIBFTCBvKADAgECAgkAvzRrVxgLC1MwCgYIKoZIzj0EAwIwETEPMA0GA1UEAwwGV2ViUlRD';
const strict = compilePolicy(presetPolicy('strict'));
const standard = compilePolicy(presetPolicy('standard'));
const LINES = [
  [7, 'PC_0', { type: 'offer', sdp: `v=0\r\na=fingerprint:sha-256 ${FINGERPRINT}\r\na=setup:actpass\r\n` }, 1],
  [8, 'PC_0', { type: 'answer', sdp: `v=0\na=fingerprint:SHA-1 ${SHORT.toLowerCase()}\n` }, 1],
  ['g', 'PC_0', { C1: { 163: FINGERPRINT, 165: CERTIFICATE }, [`CF${FINGERPRINT}`]: { 5: 'T1' } }, 1],
  ['getStats', 'PC_0', { T1: { localCertificateId: `CF${FINGERPRINT}` } }, 1],
  [15, 'PC_0', `the fingerprint ${FINGERPRINT} does not match`, 1],
].map((event) => JSON.stringify(event));

it('are replaced under strict, equal ones by equal ones, and pass the verifier', () => {
  const session = new Anonymizer(strict);
  const clean = LINES.map((line) => anonymized(line, session)!);
  const text = clean.join('\n');
  expect(text.toUpperCase()).not.toContain(FINGERPRINT.slice(12, 40));
  expect(text).not.toContain(CERTIFICATE);
  const found = [...text.matchAll(/00(?::[0-9A-F]{2}){31}/g)].map(([fingerprint]) => fingerprint);
  expect(found).toHaveLength(5);
  expect(new Set(found).size).toBe(1);
  expect(text).toMatch(/SHA-1 00(?::[0-9A-F]{2}){19}\\n/);
  expect(verifyText(text, presetPolicy('strict')).findings).toEqual([]);
  // Anonymized again, nothing changes; another session has other ones.
  expect(clean.map((line) => anonymized(line, new Anonymizer(strict)))).toEqual(clean);
  expect(anonymized(LINES[0]!, new Anonymizer(strict))).not.toBe(clean[0]);
});

it.each(LINES)('the verifier reports them under strict: %s', (line) => {
  expect(verifyText(line, presetPolicy('strict')).classes.identifiers).toBeGreaterThan(0);
});

it.each(LINES)('stay under standard: %s', (line) => {
  expect(anonymized(line, new Anonymizer(standard))).toBe(line);
  expect(verifyText(line, presetPolicy('standard')).findings).toEqual([]);
});
