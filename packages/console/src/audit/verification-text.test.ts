import type { AuditVerification } from '@rtcstats-server/api';
import { expect, it } from 'vitest';
import { comparedText, problemText } from './verification-text.ts';

const verification: AuditVerification = {
  verified: true,
  verifiedAt: '2026-11-28T12:00:00.000Z',
  origin: 'rtcstats-server/audit/0',
  size: 1200,
  first: 0,
  root: '',
  checkpoints: 3,
  signedSize: 1190,
  unknownKeys: [],
  problems: [],
};

it.each([
  [
    {},
    '1,200 entries were read. The log was compared with 3 signed checkpoints, the last one of 1,190 entries. ' +
      'Nothing was changed, removed, moved or cut off.',
  ],
  [
    { size: 1, checkpoints: 0, signedSize: 0 },
    '1 entry was read. There is no signed checkpoint to compare with yet. ' +
      'Nothing was changed, removed, moved or cut off.',
  ],
  [
    { verified: false, first: 1000, checkpoints: 1, signedSize: 2000, unknownKeys: ['0a0b0c0d'] },
    '200 entries were read (retention had removed the first 1,000). The log was compared with 1 signed checkpoint, ' +
      'the last one of 1,200 entries. Checkpoints of 1 other key were not used: verify them on their gateway.',
  ],
])('says what was read and compared: %j', (changed, text) => {
  expect(comparedText({ ...verification, ...changed })).toBe(text);
});

it('ends a problem with a full stop', () => {
  expect(problemText('Entry 3 was changed')).toBe('Entry 3 was changed.');
});
