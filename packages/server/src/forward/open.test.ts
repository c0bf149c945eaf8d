import { sessionRow } from '@rtcstats-server/testing/session-row';
import { expect, it } from 'vitest';
import { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { subjectNames } from '../pseudonyms/subject-names.ts';
import { forwardGate } from './open.ts';

const DAY = 86_400_000;

async function* noDump(): AsyncGenerator<Uint8Array> {}

it('compares names with pseudonyms of the key that a dump has, however old the call in an uploaded dump is', async () => {
  const keys = new PseudonymKeys(new Uint8Array(32), DAY);
  const at = Date.UTC(2026, 5, 1);
  const [, pseudonym] = subjectNames('user', 'anna', keys, { from: at, to: at });
  const settings = {
    mode: 'upload' as const,
    endpoint: 'https://rtcstats.example.com',
    token: 'token',
    rules: { sample: 0, when: [{ name: 'anna', user: ['anna'] }] },
  };
  const gate = forwardGate(settings, keys, () => Promise.resolve())!;
  const row = sessionRow('a', { user: pseudonym!, startedAt: '2026-01-15T10:00:00.000Z' });
  const withKey = (keyId: string | null) => ({ ...row, receipt: { ...row.receipt, keyId } });
  expect(await gate.reason(withKey(keys.current(at).id), noDump)).toBe('rule:anna');
  // Rows of earlier versions have no key; their start is the time of their pseudonyms.
  expect(await gate.reason(withKey(null), noDump)).toBeUndefined();
  expect(await gate.reason({ ...withKey(null), startedAt: new Date(at).toISOString() }, noDump)).toBe('rule:anna');
});
