import { describe, expect, it } from 'vitest';
import { Anonymizer } from '../anonymizer/anonymizer.ts';
import { compilePolicy } from '../anonymizer/compiled-policy.ts';
import { type Policy, presetPolicy } from '../policy/policy.ts';
import { parsePolicy } from '../policy/policy-settings.ts';
import { anonymized } from '../testing/policies.ts';
import { verifyText } from '../verifier/verifier.ts';

const LABEL = 'Anna Kellers Webcam (046d:085E)';
/** Places where browsers and applications write labels. */
const LINES = [
  ['navigator.mediaDevices.getUserMediaOnSuccess', null, [['video', 't1', LABEL, 's1']], '60-0', 1],
  [
    'navigator.mediaDevices.enumerateDevices',
    null,
    [{ deviceId: '', kind: 'videoinput', label: LABEL, groupId: '' }],
    1,
  ],
  ['navigator.mediaDevices.getUserMediaOnFailure', null, `NotReadableError: Could not start ${LABEL}`, '60-1', 1],
  [':devices', null, { camera: LABEL, text: `using ${LABEL} now` }, 1],
  [':devices', null, JSON.stringify({ deviceLabel: LABEL }), 1],
].map((event) => JSON.stringify(event));

function stored(lines: readonly string[], policy: Policy): string[] {
  const anonymizer = new Anonymizer(compilePolicy(policy, { bytes: new Uint8Array(32), id: 'test' }));
  return lines.map((line) => anonymized(line, anonymizer) ?? '');
}

const findings = (lines: readonly string[], policy: Policy): unknown =>
  verifyText(`${lines.join('\n')}\n`, policy).findings;

const standard = presetPolicy('standard');
const without = parsePolicy({ deviceNames: { keepUsbIds: false } });
const pseudonymized = parsePolicy({ customEvents: 'pseudonymize' });

describe('the USB id of a device', () => {
  it.each([
    ['standard', standard],
    ['pseudonymize for application events', pseudonymized],
  ])('stays behind the pseudonym of its label: %s', (_, policy) => {
    const clean = stored(LINES, policy);
    expect(clean.join('\n')).not.toMatch(/Anna|Keller|Webcam/);
    expect(clean[0]).toMatch(/"videoinput-[0-9a-f]{10} \(046d:085e\)"/);
    expect(clean[1]).toMatch(/"label":"videoinput-[0-9a-f]{10} \(046d:085e\)"/);
    expect(clean[2]).toContain('(046d:085e)');
    expect(findings(clean, policy)).toEqual([]);
    expect(stored(clean, policy)).toEqual(clean);
  });

  it.each([
    ['keepUsbIds is off', without],
    ['labels are removed', parsePolicy({ deviceNames: 'remove' })],
    ['strict', { ...presetPolicy('strict'), customEvents: 'scan' } as const],
  ])('goes with its label: %s', (_, policy) => {
    const clean = stored(LINES, policy);
    expect(clean.join('\n')).not.toMatch(/085e|Webcam/i);
    expect(findings(clean, policy)).toEqual([]);
    // A dump that was anonymized under another policy.
    const again = stored(stored(LINES, standard), policy);
    expect(again.join('\n')).not.toContain('085e');
    expect(findings(again, policy)).toEqual([]);
    expect(findings(stored(LINES, standard), policy)).not.toEqual([]);
  });

  it('does not hide a label from the verifier', () => {
    for (const label of ['Anna (046d:085e)', 'device-anna (046d:085e)', 'anna-0123456789 (046d:085e)']) {
      const line = JSON.stringify(['navigator.mediaDevices.getUserMediaOnSuccess', null, [['video', 't', label]], 1]);
      expect(findings([line], standard)).not.toEqual([]);
    }
  });
});
